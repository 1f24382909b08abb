import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr'
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs'
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Running } from '../running.ts'

let aws: Running

beforeEach(async () => {
  aws = await Running.start(0, undefined, { driver: 'none' })
})

afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

describe('over the wire', () => {
  test('a task gets a network address, holds its security group, and lets it go', async () => {
    const [ecs, ec2] = [aws.client(ECSClient), aws.client(EC2Client)]
    const vpc = (
      await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }))
    ).Vpcs?.[0]?.VpcId
    const subnets = (
      await ec2.send(
        new DescribeSubnetsCommand({
          Filters: [
            { Name: 'vpc-id', Values: [vpc ?? ''] },
            { Name: 'availability-zone-id', Values: ['use1-az1', 'use1-az2'] },
          ],
        }),
      )
    ).Subnets?.map(subnet => subnet.SubnetId ?? '')
    expect(subnets).toHaveLength(2)
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'backend', Description: 'backend', VpcId: vpc }),
    )
    await ecs.send(new CreateClusterCommand({ clusterName: 'c' }))
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'backend',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'main', image: 'app:1' }],
      }),
    )
    expect(taskDefinition?.registeredAt).toBeInstanceOf(Date)
    const { tasks = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: 'c',
        taskDefinition: 'backend',
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets, securityGroups: [GroupId], assignPublicIp: 'ENABLED' },
        },
      }),
    )
    const [task] = tasks
    const eni =
      task?.attachments?.[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? ''
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }),
    )
    expect(NetworkInterfaces?.[0]).toMatchObject({
      Groups: [{ GroupId, GroupName: 'backend' }],
      Association: { PublicIp: expect.stringMatching(/^127\./) },
    })
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    })
    await ecs.send(new StopTaskCommand({ cluster: 'c', task: task?.taskArn, reason: 'done' }))
    await waitUntilTasksStopped(
      { client: ecs, minDelay: 1, maxDelay: 1, maxWaitTime: 5 },
      { cluster: 'c', tasks: [task?.taskArn ?? ''] },
    )
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }))
    await ecs.send(new DeleteClusterCommand({ cluster: 'c' }))
    await expect(ecs.send(new DescribeTasksCommand({ cluster: 'c', tasks: ['x'] }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    })
  })

  test('a client token met again with another request tells the tasks it made', async () => {
    const [ecs, ec2] = [aws.client(ECSClient), aws.client(EC2Client)]
    const { Subnets } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone-id', Values: ['use1-az1'] }] }),
    )
    await ecs.send(new CreateClusterCommand({ clusterName: 'c' }))
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'f',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'main', image: 'app:1' }],
      }),
    )
    const request = {
      cluster: 'c',
      taskDefinition: 'f',
      launchType: 'FARGATE' as const,
      clientToken: 'g-1',
      networkConfiguration: { awsvpcConfiguration: { subnets: [Subnets?.[0]?.SubnetId ?? ''] } },
    }
    const { tasks } = await ecs.send(new RunTaskCommand(request))
    await expect(ecs.send(new RunTaskCommand({ ...request, startedBy: 'you' }))).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [tasks?.[0]?.taskArn],
    })
  })

  test('rules of a group are told apart by address family, and duplicates by code', async () => {
    const ec2 = aws.client(EC2Client)
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: 'web',
        Description: 'web',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'app', Value: 'a' }] }],
      }),
    )
    const web = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...web, IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      }),
    )
    const { SecurityGroupRules } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId ?? ''] }] }),
    )
    const seen = SecurityGroupRules?.map(rule => [
      rule.IsEgress,
      rule.FromPort,
      rule.CidrIpv4 ?? rule.CidrIpv6,
    ])
    expect(seen).toHaveLength(3)
    expect(seen).toEqual(
      expect.arrayContaining([
        [true, -1, '0.0.0.0/0'],
        [false, 80, '0.0.0.0/0'],
        [false, 80, '::/0'],
      ]),
    )
    await expect(
      ec2.send(
        new AuthorizeSecurityGroupEgressCommand({
          GroupId,
          IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' })
  })

  test('a repository keeps its policy minified', async () => {
    const ecr = aws.client(ECRClient)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }))
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    }
    const put = await ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: 'app',
        lifecyclePolicyText: JSON.stringify({ rules: [rule] }, null, 2),
      }),
    )
    expect(put.lifecyclePolicyText).toBe(JSON.stringify({ rules: [rule] }))
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] })),
    ).rejects.toMatchObject({ name: 'RepositoryNotFoundException' })
  })

  test('log events come back as they went', async () => {
    const logs = aws.client(CloudWatchLogsClient)
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/app', tags: { app: 'a' } }))
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/ecs/app', logStreamName: 's' }))
    const timestamp = Date.now() - 1000
    const message = 'grün "quoted"\n\ttabbed'
    await logs.send(
      new PutLogEventsCommand({
        logGroupName: '/ecs/app',
        logStreamName: 's',
        logEvents: [{ timestamp, message }],
      }),
    )
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/app' }))
    expect(events).toMatchObject([{ timestamp, message, logStreamName: 's' }])
  })

  test('a topic refuses other tags, and its subscriber stands at once', async () => {
    const sns = aws.client(SNSClient)
    const tagged = (Value: string) => new CreateTopicCommand({ Name: 'idle', Tags: [{ Key: 'app', Value }] })
    const { TopicArn } = await sns.send(tagged('a'))
    await expect(sns.send(tagged('b'))).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'lambda',
        Endpoint: 'arn:aws:lambda:us-east-1:123456789012:function:monitor',
      }),
    )
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0' })
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))
    expect(Tags).toEqual([{ Key: 'app', Value: 'a' }])
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn: `${TopicArn}x` }))).rejects.toMatchObject(
      { name: 'NotFoundException', Code: 'NotFound' },
    )
  })

  test('an alarm on metric math stands beside the data it looks at', async () => {
    const cloudwatch = aws.client(CloudWatchClient)
    const metric = {
      Metric: { Namespace: 'App', MetricName: 'TaskPing', Dimensions: [{ Name: 'Stack', Value: 'a/prod' }] },
      Period: 60,
      Stat: 'Sum',
    }
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'idle',
        ComparisonOperator: 'LessThanThreshold',
        EvaluationPeriods: 5,
        DatapointsToAlarm: 5,
        Threshold: 1,
        TreatMissingData: 'breaching',
        Metrics: [
          { Id: 'pings', Expression: 'FILL(m1, 0)' },
          { Id: 'm1', MetricStat: metric, ReturnData: false },
        ],
      }),
    )
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [{ MetricName: 'TaskPing', Value: 1, Dimensions: metric.Metric.Dimensions }],
      }),
    )
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        MetricDataQueries: [{ Id: 'm1', MetricStat: metric }],
      }),
    )
    expect(MetricDataResults?.[0]?.Values).toEqual([1])
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['idle'] }))
    expect(MetricAlarms?.[0]).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      Threshold: 1,
      ActionsEnabled: true,
    })
    expect(MetricAlarms?.[0]?.Metrics?.[1]?.MetricStat).toEqual(metric)
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['idle'] }))
    await expect(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['idle'] }))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    })
    await expect(
      cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: 'idle',
          ComparisonOperator: 'LessThanThreshold',
          EvaluationPeriods: 1,
        }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('a rule with a target stays until the target is gone', async () => {
    const events = aws.client(EventBridgeClient)
    await events.send(new PutRuleCommand({ Name: 'sweep', ScheduleExpression: 'rate(5 minutes)' }))
    const { FailedEntryCount } = await events.send(
      new PutTargetsCommand({
        Rule: 'sweep',
        Targets: [{ Id: 't', Arn: 'arn:aws:lambda:us-east-1:123456789012:function:monitor' }],
      }),
    )
    expect(FailedEntryCount).toBe(0)
    await expect(events.send(new DeleteRuleCommand({ Name: 'sweep' }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(events.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})
