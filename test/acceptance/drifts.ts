/** Something done behind storyarch's back with the `aws` CLI, and what a plan then says. */
export interface Drift {
  readonly id: string
  /** Of the field that differs. */
  readonly path: string
  /** Both as a plan for people prints them. */
  readonly live: string
  readonly want: string
  readonly lines: string
}

/** What the lines below speak of by name. */
export const NAMES = `
STACK=storyarchitect/prod
ANYTHING='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
API=$(aws apigatewayv2 get-apis --query 'Items[0].ApiId' --output text)
DISTRIBUTION=$(aws cloudfront list-distributions --query 'DistributionList.Items[0].Id' --output text)
OAC=$(aws cloudfront list-origin-access-controls --query 'OriginAccessControlList.Items[0].Id' --output text)
FALLBACK=storyarchitect-spa-fallback-prod
ZONE=$(aws route53 list-hosted-zones --query 'HostedZones[0].Id' --output text)
TABLE=$(aws dynamodb describe-table --table-name storyarchitect-task-state-prod --query Table.TableArn --output text)
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
etag() { aws cloudfront "$@" --query ETag --output text; }
disable_distribution() {
  aws cloudfront get-distribution-config --id $DISTRIBUTION --query DistributionConfig |
    sed 's/"Enabled": true/"Enabled": false/' > distribution.json
  aws cloudfront update-distribution --id $DISTRIBUTION --distribution-config file://distribution.json \\
    --if-match $(etag get-distribution-config --id $DISTRIBUTION)
}
`

/** At least one of each kind of resource in `manifests/storyarchitect.yaml`. */
export const DRIFTS: readonly Drift[] = [
  {
    id: 'bucket/database',
    path: 'versioning',
    live: 'false',
    want: 'true',
    lines: `aws s3api put-bucket-versioning --bucket storyarchitect-database-prod \\
      --versioning-configuration Status=Suspended`,
  },
  {
    id: 'bucket/database',
    path: 'lifecycle',
    live: '[]',
    want: '[{"id":"abort-uploads"',
    lines: 'aws s3api delete-bucket-lifecycle --bucket storyarchitect-database-prod',
  },
  {
    id: 'bucket/frontend',
    path: 'publicAccess',
    live: 'open',
    want: 'blocked',
    lines: 'aws s3api delete-public-access-block --bucket storyarchitect-frontend-prod',
  },
  {
    id: 'bucket/frontend',
    path: 'policy',
    live: '(none)',
    want: '{"Version":"2012-10-17"',
    lines: 'aws s3api delete-bucket-policy --bucket storyarchitect-frontend-prod',
  },
  {
    id: 'distribution/frontend',
    path: 'config.enabled',
    live: 'false',
    want: 'true',
    lines: 'disable_distribution',
  },
  {
    id: 'cloudfrontFunction/frontend',
    path: 'definition.comment',
    live: '"mine now"',
    want: '"Deep links of the app lead to index.html"',
    lines: `echo 'function handler(event) { return event.request }' > fallback.js
      aws cloudfront update-function --name $FALLBACK --if-match $(etag describe-function --name $FALLBACK) \\
        --function-config 'Comment=mine now,Runtime=cloudfront-js-2.0' --function-code fileb://fallback.js
      aws cloudfront publish-function --name $FALLBACK --if-match $(etag describe-function --name $FALLBACK)`,
  },
  {
    id: 'originAccessControl/frontend',
    path: 'signing.behavior',
    live: 'never',
    want: 'always',
    lines: `aws cloudfront get-origin-access-control --id $OAC \\
        --query OriginAccessControl.OriginAccessControlConfig | sed 's/always/never/' > oac.json
      aws cloudfront update-origin-access-control --id $OAC --origin-access-control-config file://oac.json \\
        --if-match $(etag get-origin-access-control --id $OAC)`,
  },
  {
    id: 'dnsRecord/api',
    path: 'alias.target',
    live: '192.0.2.1',
    want: 'd-',
    lines: `aws route53 change-resource-record-sets --hosted-zone-id $ZONE --change-batch '{"Changes":[{
      "Action":"UPSERT","ResourceRecordSet":{"Name":"storyarchitect.yerson.co","Type":"A","TTL":60,
      "ResourceRecords":[{"Value":"192.0.2.1"}]}}]}'`,
  },
  {
    id: 'table/task-state',
    path: 'deletionProtection',
    live: 'true',
    want: 'false',
    lines:
      'aws dynamodb update-table --table-name storyarchitect-task-state-prod --deletion-protection-enabled',
  },
  {
    id: 'table/task-state',
    path: 'tags.owner',
    live: '(none)',
    want: 'yerson',
    lines: 'aws dynamodb untag-resource --resource-arn $TABLE --tag-keys owner',
  },
  {
    id: 'repository/backend',
    path: 'mutability',
    live: 'IMMUTABLE',
    want: 'MUTABLE',
    lines: `aws ecr put-image-tag-mutability --repository-name storyarchitect-backend \\
      --image-tag-mutability IMMUTABLE`,
  },
  {
    id: 'repository/backend',
    path: 'retention',
    live: '(none)',
    want: '{"images":10}',
    lines: 'aws ecr delete-lifecycle-policy --repository-name storyarchitect-backend',
  },
  {
    id: 'cluster/backend',
    path: 'capacityProviders',
    live: '',
    want: '+ FARGATE_SPOT',
    lines: `aws ecs put-cluster-capacity-providers --cluster storyarchitect-prod --capacity-providers FARGATE \\
      --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1`,
  },
  {
    id: 'taskDefinition/backend',
    path: 'definition.memory',
    live: '4096',
    want: '1024',
    lines: `aws ecs describe-task-definition --task-definition storyarchitect-backend-prod --query 'taskDefinition.{
        family:family, networkMode:networkMode, requiresCompatibilities:requiresCompatibilities, cpu:cpu,
        executionRoleArn:executionRoleArn, taskRoleArn:taskRoleArn, volumes:volumes, runtimePlatform:runtimePlatform,
        containerDefinitions:containerDefinitions}' > task.json
      aws ecs register-task-definition --cli-input-json file://task.json --memory 4096`,
  },
  {
    id: 'logGroup/task',
    path: 'retentionDays',
    live: '1',
    want: '30',
    lines: 'aws logs put-retention-policy --log-group-name /ecs/storyarchitect-prod --retention-in-days 1',
  },
  {
    id: 'logGroup/task-manager',
    path: 'retentionDays',
    live: '(none)',
    want: '30',
    lines: 'aws logs delete-retention-policy --log-group-name /aws/lambda/storyarchitect-task-manager-prod',
  },
  {
    id: 'securityGroup/backend',
    path: 'ingress[0]',
    live: '{"protocol":"tcp","fromPort":22,"toPort":22,"cidr":"0.0.0.0/0","description":""}',
    want: '(none)',
    lines: `aws ec2 authorize-security-group-ingress --group-name storyarchitect-backend-prod \\
      --protocol tcp --port 22 --cidr 0.0.0.0/0`,
  },
  {
    id: 'role/task',
    path: 'managed',
    live: '["arn:aws:iam::aws:policy/AdministratorAccess"]',
    want: '[]',
    lines: `aws iam attach-role-policy --role-name storyarchitect-task-prod \\
      --policy-arn arn:aws:iam::aws:policy/AdministratorAccess`,
  },
  {
    id: 'role/task-manager',
    path: 'otherPolicies',
    live: '["everything"]',
    want: '[]',
    lines: `aws iam put-role-policy --role-name storyarchitect-task-manager-prod --policy-name everything \\
      --policy-document "$ANYTHING"`,
  },
  {
    id: 'role/task-monitor',
    path: 'policy.Statement[0].Resource',
    live: '["*"]',
    want: '["arn:aws:dynamodb:us-east-1:',
    lines: `aws iam put-role-policy --role-name storyarchitect-task-monitor-prod --policy-document "$ANYTHING" \\
      --policy-name $(aws iam list-role-policies --role-name storyarchitect-task-monitor-prod \\
        --query 'PolicyNames[0]' --output text)`,
  },
  {
    id: 'role/task-execution',
    path: 'trust.Statement[0].Principal.Service',
    live: '["ec2.amazonaws.com"]',
    want: '["ecs-tasks.amazonaws.com"]',
    lines: `aws iam update-assume-role-policy --role-name storyarchitect-task-execution-prod --policy-document '{
      "Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
      "Principal":{"Service":"ec2.amazonaws.com"}}]}'`,
  },
  {
    id: 'lambdaFunction/task-manager',
    path: 'configuration.memoryMb',
    live: '512',
    want: '256',
    lines: `aws lambda update-function-configuration --function-name storyarchitect-task-manager-prod \\
      --memory-size 512`,
  },
  {
    id: 'lambdaFunction/task-manager',
    path: 'permissions.http-api',
    live: '(none)',
    want: '{"principal":"apigateway.amazonaws.com"',
    lines: `aws lambda remove-permission --function-name storyarchitect-task-manager-prod --statement-id http-api`,
  },
  {
    id: 'lambdaFunction/task-monitor',
    path: 'code.sha256',
    live: '',
    want: '',
    lines: `echo 'exports.handler = async () => {}' > index.js
      python3 -m zipfile -c other.zip index.js
      aws lambda update-function-code --function-name storyarchitect-task-monitor-prod --zip-file fileb://other.zip`,
  },
  {
    id: 'httpApi/api',
    path: 'cors.origins',
    live: '["*"]',
    want: '["https://app.yerson.co"]',
    lines: `aws apigatewayv2 update-api --api-id $API --cors-configuration 'AllowOrigins=*'`,
  },
  {
    id: 'httpApi/api',
    path: 'routes',
    live: '[]',
    want: '[{"key":"ANY /start"',
    lines: `aws apigatewayv2 delete-route --api-id $API \\
      --route-id $(aws apigatewayv2 get-routes --api-id $API --query 'Items[0].RouteId' --output text)`,
  },
  {
    id: 'httpApi/api',
    path: 'stage.throttle.rate',
    live: '5000',
    want: '10',
    lines: `aws apigatewayv2 update-stage --api-id $API --stage-name prod \\
      --default-route-settings ThrottlingRateLimit=5000,ThrottlingBurstLimit=20`,
  },
  {
    id: 'apiDomain/api',
    path: 'mapping.stage',
    live: '""',
    want: 'prod',
    lines: `aws apigatewayv2 delete-api-mapping --domain-name storyarchitect.yerson.co \\
      --api-mapping-id $(aws apigatewayv2 get-api-mappings --domain-name storyarchitect.yerson.co \\
        --query 'Items[0].ApiMappingId' --output text)`,
  },
  {
    id: 'alarm/task-inactive',
    path: 'definition.threshold',
    live: '7',
    want: '1',
    lines: `aws cloudwatch describe-alarms --query 'MetricAlarms[0].{AlarmName:AlarmName, AlarmActions:AlarmActions,
        Metrics:Metrics, EvaluationPeriods:EvaluationPeriods, DatapointsToAlarm:DatapointsToAlarm,
        ComparisonOperator:ComparisonOperator, TreatMissingData:TreatMissingData,
        AlarmDescription:AlarmDescription}' > alarm.json
      aws cloudwatch put-metric-alarm --cli-input-json file://alarm.json --threshold 7`,
  },
  {
    id: 'topic/task-inactive',
    path: 'subscriptions',
    live: '[]',
    want: '[{"protocol":"lambda"',
    lines: `aws sns unsubscribe \\
      --subscription-arn $(aws sns list-subscriptions --query 'Subscriptions[0].SubscriptionArn' --output text)`,
  },
  {
    id: 'eventRule/sweep',
    path: 'definition.enabled',
    live: 'false',
    want: 'true',
    lines: 'aws events disable-rule --name storyarchitect-sweep-prod',
  },
  {
    id: 'eventRule/task-state',
    path: 'targets',
    live: '[]',
    want: '[{"id":"task-monitor"',
    lines: 'aws events remove-targets --rule storyarchitect-task-state-prod --ids task-monitor',
  },
  {
    id: 'budget/monthly',
    path: 'monthlyUsd',
    live: '500',
    want: '15',
    lines: `aws budgets update-budget --account-id $ACCOUNT --new-budget '{"BudgetName":"storyarchitect-prod",
      "BudgetLimit":{"Amount":"500","Unit":"USD"},"TimeUnit":"MONTHLY","BudgetType":"COST"}'`,
  },
]

/** Takes away all of the stack but the alarm, the data's buckets included. */
export const DELETIONS = `
disable_distribution
aws cloudfront delete-distribution --id $DISTRIBUTION \\
  --if-match $(etag get-distribution-config --id $DISTRIBUTION)
aws cloudfront delete-function --name $FALLBACK --if-match $(etag describe-function --name $FALLBACK)
aws cloudfront delete-origin-access-control --id $OAC --if-match $(etag get-origin-access-control --id $OAC)
aws s3 rm --recursive s3://storyarchitect-frontend-prod
aws s3api delete-bucket --bucket storyarchitect-frontend-prod
aws s3api delete-bucket --bucket storyarchitect-database-prod
aws dynamodb delete-table --table-name storyarchitect-task-state-prod
aws lambda delete-function --function-name storyarchitect-task-manager-prod
aws lambda delete-function --function-name storyarchitect-task-monitor-prod
for RULE in storyarchitect-sweep-prod storyarchitect-task-state-prod; do
  aws events remove-targets --rule $RULE --ids task-monitor
  aws events delete-rule --name $RULE
done
aws ec2 delete-security-group --group-name storyarchitect-backend-prod
for ROLE in task task-execution task-manager task-monitor; do
  ROLE=storyarchitect-$ROLE-prod
  for POLICY in $(aws iam list-role-policies --role-name $ROLE --query 'PolicyNames[]' --output text); do
    aws iam delete-role-policy --role-name $ROLE --policy-name $POLICY
  done
  aws iam delete-role --role-name $ROLE
done
for GROUP in ecs/storyarchitect-prod aws/lambda/storyarchitect-task-{manager,monitor}-prod; do
  aws logs delete-log-group --log-group-name /$GROUP
done
aws apigatewayv2 delete-domain-name --domain-name storyarchitect.yerson.co
aws apigatewayv2 delete-api --api-id $API
aws route53 list-resource-record-sets --hosted-zone-id $ZONE --query \\
  "{Changes: ResourceRecordSets[?contains(Name, 'app.') || contains(Name, 'storyarchitect.')].{
    Action: 'DELETE', ResourceRecordSet: @}}" > records.json
aws route53 change-resource-record-sets --hosted-zone-id $ZONE --change-batch file://records.json
aws ecr delete-repository --force --repository-name storyarchitect-backend
aws ecr delete-repository --force --repository-name storyarchitect-agent-prod
aws sns delete-topic --topic-arn $(aws sns list-topics --query 'Topics[0].TopicArn' --output text)
aws budgets delete-budget --account-id $ACCOUNT --budget-name storyarchitect-prod
aws ecs delete-cluster --cluster storyarchitect-prod
for REVISION in $(aws ecs list-task-definitions --query 'taskDefinitionArns[]' --output text); do
  aws ecs deregister-task-definition --task-definition $REVISION
done
`
