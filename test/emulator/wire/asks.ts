import type { ServiceName } from '../../../src/emulator/services.ts'

/** An operation of each service whose input needs next to nothing, to be refused. */
export const ASKS: Record<ServiceName, [operation: string, input: object]> = {
  acm: ['ListCertificates', {}],
  apigateway: ['GetApis', {}],
  budgets: ['DescribeBudgets', { AccountId: '1' }],
  cloudfront: ['ListDistributions', {}],
  cloudwatch: ['DescribeAlarms', {}],
  dynamodb: ['ListTables', {}],
  ec2: ['DescribeVpcs', {}],
  ecr: ['DescribeRepositories', {}],
  ecs: ['ListClusters', {}],
  events: ['ListRules', {}],
  iam: ['ListRoles', {}],
  lambda: ['ListFunctions', {}],
  logs: ['DescribeLogGroups', {}],
  route53: ['ListHostedZones', {}],
  s3: ['ListBuckets', {}],
  secretsManager: ['ListSecrets', {}],
  sns: ['ListTopics', {}],
  ssm: ['DescribeParameters', {}],
  sts: ['GetCallerIdentity', {}],
  tagging: ['GetTagKeys', {}],
}
