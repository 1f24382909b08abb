import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import { isAwsError } from '../../../src/runtime/aws/awsError.ts'
import { getItem, updateItem } from '../../../src/runtime/aws/dynamoDb.ts'
import { describeTasks, listTasks, runTask, stopTask } from '../../../src/runtime/aws/ecs.ts'
import { putMetric } from '../../../src/runtime/aws/metric.ts'
import { publicIpOf } from '../../../src/runtime/aws/networkInterface.ts'
import { type Aws, openAws } from '../../../src/runtime/aws/openAws.ts'
import { freshAws } from '../../acceptance/liveStack.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let intercept: Intercept = () => undefined
let aws: Aws
let retries: string[]
let sdk: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } }

const soon = () => AbortSignal.timeout(5_000)

beforeAll(async () => {
  emulator = await freshAws((call, phase) => intercept(call, phase))
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret' }
  sdk = { endpoint: emulator.endpoint, region: 'us-east-1', credentials: keys }
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  }
  aws = openAws(env, {
    patience: { attempts: 3, pauseMs: 5, deniedAttempts: 1 },
    timeoutMs: 300,
    onRetry: error => void retries.push(error instanceof Error ? error.name : ''),
  })
  await new DynamoDBClient(sdk).send(
    new CreateTableCommand({
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
    }),
  )
})
beforeEach(() => {
  intercept = () => undefined
  retries = []
})
afterAll(() => emulator.close())

const Key = { task_id: { S: 'main' } }

/** Counts, on the condition that it is at `from`. */
const count = (from: number) =>
  updateItem(
    aws,
    {
      TableName: 'state',
      Key,
      UpdateExpression: 'SET #count = :next',
      ConditionExpression: from === 0 ? 'attribute_not_exists(#count)' : '#count = :from',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: {
        ':next': { N: String(from + 1) },
        ...(from > 0 && { ':from': { N: String(from) } }),
      },
      ReturnValues: 'ALL_NEW',
    },
    soon(),
  )

describe('items', () => {
  test('are read, changed on a condition, and refused by name', async () => {
    expect(await getItem(aws, { TableName: 'state', Key }, soon())).toEqual({})
    expect((await count(0)).Attributes).toMatchObject({ count: { N: '1' } })
    const refused = await count(0).catch(error => error)
    expect(isAwsError(refused, 'ConditionalCheckFailedException')).toBe(true)
    expect(refused).toMatchObject({ status: 400, requestId: expect.any(String) })
    expect((await count(1)).Attributes).toMatchObject({ count: { N: '2' } })
    const { Item } = await getItem(aws, { TableName: 'state', Key, ConsistentRead: true }, soon())
    expect(Item).toEqual({ ...Key, count: { N: '2' } })
    expect(retries).toEqual([])
  })
})

describe('tasks', () => {
  test('are started once for a token, described, listed, found in the network and stopped', async () => {
    const ecs = new ECSClient(sdk)
    await ecs.send(new CreateClusterCommand({ clusterName: 'notes' }))
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'notes',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'notes', essential: true }],
      }),
    )
    const { Subnets = [] } = await new EC2Client(sdk).send(new DescribeSubnetsCommand({}))
    const start = () =>
      runTask(
        aws,
        {
          cluster: 'notes',
          taskDefinition: 'notes',
          launchType: 'FARGATE',
          clientToken: 'notes-1',
          networkConfiguration: {
            awsvpcConfiguration: { subnets: [Subnets[0]?.SubnetId ?? ''], assignPublicIp: 'ENABLED' },
          },
        },
        soon(),
      )
    const [one, two] = [await start(), await start()]
    const arn = one.tasks?.[0]?.taskArn ?? ''
    expect(two.tasks?.[0]?.taskArn).toBe(arn)
    expect(one.tasks?.[0]?.createdAt).toBeTypeOf('number')
    expect((await listTasks(aws, { cluster: 'notes', family: 'notes' }, soon())).taskArns).toEqual([arn])

    const described = await describeTasks(aws, { cluster: 'notes', tasks: [arn] }, soon())
    const details = described.tasks?.[0]?.attachments?.[0]?.details ?? []
    const eni = details.find(({ name }) => name === 'networkInterfaceId')?.value ?? ''
    expect(await publicIpOf(aws, eni, soon())).toMatch(/^\d+\.\d+\.\d+\.\d+$/)

    const { task } = await stopTask(aws, { cluster: 'notes', task: arn, reason: 'idle' }, soon())
    expect(task).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'idle' })
  })

  test('that nobody knows are failures in the answer; a cluster nobody knows is an error', async () => {
    await new ECSClient(sdk).send(new CreateClusterCommand({ clusterName: 'empty' }))
    const tasks = ['0123456789abcdef0123456789abcdef']
    const { failures } = await describeTasks(aws, { cluster: 'empty', tasks }, soon())
    expect(failures).toMatchObject([{ reason: 'MISSING' }])
    await expect(listTasks(aws, { cluster: 'of-nobody' }, soon())).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    })
  })

  test('have interfaces that EC2 may not know', async () => {
    await expect(publicIpOf(aws, 'eni-0123456789abcdef0', soon())).rejects.toMatchObject({
      name: 'InvalidNetworkInterfaceID.NotFound',
    })
  })
})

test('a ping is a metric of its namespace', async () => {
  const datum = {
    namespace: 'storyarch/a&b/prod',
    name: 'TaskPing',
    value: 1,
    resolutionSeconds: 60,
  } as const
  await putMetric(aws, datum, soon())
  const { Metrics } = await new CloudWatchClient(sdk).send(
    new ListMetricsCommand({ Namespace: datum.namespace }),
  )
  expect(Metrics).toMatchObject([{ Namespace: datum.namespace, MetricName: 'TaskPing', Dimensions: [] }])
})

describe('what may pass is tried again', () => {
  const read = () => getItem(aws, { TableName: 'state', Key }, soon())

  test('faults of the server, throttling, and broken connections', async () => {
    const verdicts = ['drop', new AwsError('ThrottlingException', 'slower')] as const
    let asked = 0
    intercept = () => verdicts[asked++]
    await read()
    expect(retries).toEqual(['Error', 'ThrottlingException'])
  })

  test('silence', async () => {
    let asked = 0
    intercept = async () => {
      if (asked++ === 0) await new Promise(resolve => setTimeout(resolve, 1_000))
      return undefined
    }
    await read()
    expect(retries).toEqual(['Error'])
  })

  test('and not more often than the caller has patience for', async () => {
    intercept = () => new AwsError('InternalServerError', 'down', { status: 500 })
    await expect(read()).rejects.toMatchObject({ name: 'InternalServerError', status: 500 })
    expect(retries).toHaveLength(2)
  })

  test('and nothing else', async () => {
    intercept = () => new AwsError('AccessDeniedException', 'not you', { status: 400 })
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(getItem(aws, { TableName: 'nowhere', Key }, soon())).rejects.toThrow()
    expect(retries).toEqual([])
  })
})
