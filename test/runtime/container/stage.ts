import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { openAws } from '../../../src/runtime/aws/openAws.ts'
import { dynamoTable } from '../../../src/runtime/lifecycle/dynamoTable.ts'
import { type Item, taskOf } from '../../../src/runtime/lifecycle/item.ts'
import { freshAws } from '../../acceptance/liveStack.ts'
import { arnOf, openMetadata } from './metadata.ts'

const REGION = 'us-east-1'

/** One of the objects a test sees in the bucket. */
export interface Stored {
  readonly key: string
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
}

/** An embedded AWS of its own. `intercept` may be set by a test; it holds until the next one begins. */
export const openStage = async () => {
  const around: { intercept: Intercept } = { intercept: () => undefined }
  const aws = await freshAws((call, phase) => around.intercept(call, phase))
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const dynamo = new DynamoDBClient({
    endpoint: aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const metadata = await openMetadata()
  let count = 0
  return Object.assign(around, {
    /** A new bucket and a table that waits for the task of generation 7, with an empty volume beside them. */
    scene: async (key = 'db.sqlite3') => {
      const Bucket = `database-${++count}`
      await s3.send(new CreateBucketCommand({ Bucket }))
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      )
      const table = await tableIn(dynamo, aws.endpoint, Bucket)
      await table.put({ state: 'STARTING', generation: 7, started_at: Date.now() / 1000 })
      return { ...sceneOf(s3, aws.endpoint, Bucket, key, metadata.uriOf(Bucket)), table }
    },
    close: async () => {
      s3.destroy()
      dynamo.destroy()
      metadata.close()
      await aws.close()
    },
  })
}

/** The table of a stack, with its one item. */
const tableIn = async (dynamo: DynamoDBClient, endpoint: string, TableName: string) => {
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
    }),
  )
  const aws = openAws(
    {
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    { patience: { attempts: 1, pauseMs: 1, deniedAttempts: 1 }, timeoutMs: 5_000, onRetry() {} },
  )
  const table = dynamoTable(aws, TableName, () => AbortSignal.timeout(5_000))
  return {
    /** Sets fields of the item, whatever they were. */
    put: (set: Item) => table.write({ expect: { nobodys: null }, set }),
    task: async () => taskOf(await table.read()),
  }
}

const sceneOf = (s3: S3Client, endpoint: string, Bucket: string, key: string, metadataUri: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-volume-'))
  const volume = join(folder, 'data')
  mkdirSync(volume)
  const versions = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    return [...Versions, ...DeleteMarkers]
  }
  return {
    bucket: Bucket,
    key,
    taskArn: arnOf(Bucket),
    path: join(volume, 'db.sqlite3'),
    volume,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'id-of-the-key',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-key',
      AWS_SESSION_TOKEN: 'token-of-the-session',
      AWS_REGION: REGION,
      DB_S3_BUCKET: Bucket,
      DB_S3_KEY: key,
      DATABASE_PATH: join(volume, 'db.sqlite3'),
      GENERATION: '7',
      ECS_CONTAINER_METADATA_URI_V4: metadataUri,
      TABLE_NAME: Bucket,
      METRIC_NAMESPACE: 'storyarch/test/test',
      METRIC_NAME: 'TaskPing',
      METRIC_RESOLUTION_SECONDS: '1',
      LIFETIME_SECONDS: '300',
      MAX_LIFETIME_SECONDS: '3600',
      START_DEADLINE_SECONDS: '180',
      SPOT: 'false',
      PORT: '1',
      HEALTH_PATH: '/health',
      IDLE_SIGNAL: 'ping',
      TURN_SECONDS: '0.2',
      AGENT_PORT: String(20_000 + (process.pid % 10_000)),
    } as Record<string, string>,
    put: async (bytes: Uint8Array, options: { ContentMD5?: string } = {}) => {
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes, ...options }))
      return VersionId ?? ''
    },
    remove: () => s3.send(new DeleteObjectCommand({ Bucket, Key: key })),
    removeVersion: (VersionId: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId })),
    /** How many versions and delete markers there are of all keys. */
    versionCount: async () => (await versions()).length,
    /** The newest version of every key. */
    stored: async (): Promise<Stored[]> => {
      const current = (await versions()).filter(({ IsLatest }) => IsLatest)
      return Promise.all(
        current.map(async ({ Key = '' }) => {
          const { Body, Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket, Key }))
          return { key: Key, bytes: await buffer(Body as NodeJS.ReadableStream), metadata: Metadata }
        }),
      )
    },
    /** Puts bytes where a tool can open them as a database; answers the path. */
    onDisk: (bytes: Uint8Array): string => {
      const path = join(folder, `copy-${Math.random()}.sqlite3`)
      writeFileSync(path, bytes)
      return path
    },
    read: () => readFileSync(join(volume, 'db.sqlite3')),
    clean: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type Scene = Awaited<ReturnType<Awaited<ReturnType<typeof openStage>>['scene']>>
