import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAwsError } from '../../../src/runtime/aws/awsError.ts'
import { getItem, updateItem } from '../../../src/runtime/aws/dynamoDb.ts'
import { describeTasks, listTasks, runTask, stopTask } from '../../../src/runtime/aws/ecs.ts'
import { bucketEndpoint } from '../../../src/runtime/aws/endpoint.ts'
import { putMetric } from '../../../src/runtime/aws/metric.ts'
import { publicIpOf } from '../../../src/runtime/aws/networkInterface.ts'
import { type Aws, openAws } from '../../../src/runtime/aws/openAws.ts'
import { bucketDoor } from '../../../src/runtime/aws/s3.ts'

const REGION = 'us-east-1'
const KEYS = { accessKeyId: 'key', secretAccessKey: 'secret' }

export const envOf = (endpoint: string) => ({
  AWS_REGION: REGION,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
})

export const sdkAt = (endpoint: string) => ({ endpoint, region: REGION, credentials: KEYS })

export const makeTable = (endpoint: string) =>
  new DynamoDBClient(sdkAt(endpoint)).send(
    new CreateTableCommand({
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
    }),
  )

export const soon = () => AbortSignal.timeout(10_000)

export const Key = { task_id: { S: 'main' } }

/** Every operation our client knows, on an AWS that `open` starts. `whole`: it tells all that AWS does; moto does not. */
export const operationsOn = (
  whole: boolean,
  open: () => Promise<{ endpoint: string; close(): unknown }>,
): void => {
  let running: Awaited<ReturnType<typeof open>>
  let sdk: ReturnType<typeof sdkAt>
  let aws: Aws
  beforeAll(async () => {
    running = await open()
    sdk = sdkAt(running.endpoint)
    aws = openAws(envOf(running.endpoint), {
      patience: { attempts: 1, pauseMs: 0, deniedAttempts: 1 },
      timeoutMs: 10_000,
      onRetry: () => {},
    })
    await makeTable(running.endpoint)
  })
  afterAll(() => running.close())

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
    })
  })

  describe('tasks', () => {
    test.runIf(whole)(
      'are started once for a token, described, listed, found in the network and stopped',
      async () => {
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
        const ec2 = new EC2Client(sdk)
        const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
        const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
        const start = () =>
          runTask(
            aws,
            {
              cluster: 'notes',
              taskDefinition: 'notes',
              launchType: 'FARGATE',
              clientToken: 'notes-1',
              networkConfiguration: {
                awsvpcConfiguration: {
                  // One zone of us-east-1 has no Fargate, and which subnet lies there is chance.
                  subnets: Subnets.map(({ SubnetId = '' }) => SubnetId),
                  securityGroups: [SecurityGroups[0]?.GroupId ?? ''],
                  assignPublicIp: 'ENABLED',
                },
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
      },
    )

    test.runIf(whole)(
      'that nobody knows are failures in the answer; a cluster nobody knows is an error',
      async () => {
        await new ECSClient(sdk).send(new CreateClusterCommand({ clusterName: 'empty' }))
        const tasks = ['0123456789abcdef0123456789abcdef']
        const { failures } = await describeTasks(aws, { cluster: 'empty', tasks }, soon())
        expect(failures).toMatchObject([{ reason: 'MISSING' }])
        await expect(listTasks(aws, { cluster: 'of-nobody' }, soon())).rejects.toMatchObject({
          name: 'ClusterNotFoundException',
        })
      },
    )

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

  describe('objects', () => {
    test('are put on a condition, read with their checksum, and their history is known', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'storyarch-object-'))
      const s3 = new S3Client({ ...sdk, forcePathStyle: true })
      const Bucket = 'objects'
      await s3.send(new CreateBucketCommand({ Bucket }))
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      )
      const door = bucketDoor(aws.send, bucketEndpoint(envOf(running.endpoint), Bucket, REGION))
      const key = 'a b/ü+.sqlite3'
      expect(await door.newest(key, soon())).toBe('nothing')
      await expect(door.get(key, soon())).rejects.toMatchObject({ name: 'NoSuchKey', status: 404 })

      const put = (text: string, precondition: Parameters<typeof door.putFile>[1]['precondition']) => {
        const path = join(folder, 'file')
        writeFileSync(path, text)
        const sha256 = createHash('sha256').update(text).digest('hex')
        const about = {
          bytes: text.length,
          sha256,
          contentType: 'text/plain',
          metadata: { 'sa-reason': 'test' },
        }
        return door.putFile(key, { path, ...about, precondition }, soon())
      }
      const { etag } = await put('one', 'absent')
      await expect(put('two', 'absent')).rejects.toMatchObject({ name: 'PreconditionFailed' })
      await put('two', { match: String(etag) })
      await expect(put('three', { match: String(etag) })).rejects.toMatchObject({
        name: 'PreconditionFailed',
      })
      const { headers, body } = await door.get(key, soon())
      expect((await buffer(body)).toString()).toBe('two')
      expect(headers['x-amz-meta-sa-reason']).toBe('test')
      if (whole)
        expect(headers['x-amz-checksum-sha256']).toBe(createHash('sha256').update('two').digest('base64'))
      expect((await door.head(key, soon())).etag).toBe(headers.etag)

      expect(await door.newest(key, soon())).toBe('version')
      await s3.send(new DeleteObjectCommand({ Bucket, Key: key }))
      expect(await door.newest(key, soon())).toBe('deleteMarker')
      expect(await door.newest('a b/ü', soon())).toBe('nothing')
      rmSync(folder, { recursive: true })
    })
  })
}
