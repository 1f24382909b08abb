import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { strToU8, zipSync } from 'fflate'
import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import type { Backend } from '../../src/operations/backend.ts'
import { type Ended, type Running, start } from '../cli/storyarch.ts'
import { stub } from './stub.ts'

/** The manifest of the stand: all names are its defaults. */
const MANIFEST = `
project: stand
environment: test
region: us-east-1
backend:
  image: { files: app, base: none, command: [node, server.js] }
  agent: { base: none }
  port: 8080
  health: /health
`

export const BACKEND: Backend = {
  stack: 'stand/test',
  table: 'stand-task-state-test',
  cluster: 'stand-test',
  taskManager: 'stand-task-manager-test',
  taskMonitor: 'stand-task-monitor-test',
  logGroups: {
    task: '/ecs/stand-test',
    manager: '/aws/lambda/stand-task-manager-test',
    monitor: '/aws/lambda/stand-task-monitor-test',
  },
  alarm: 'stand-task-inactive-test',
  database: { bucket: 'stand-database-test', key: 'db.sqlite3' },
  port: 8080,
  healthPath: '/health',
  isPublic: true,
  startDeadlineSeconds: 180,
}

/** A backend's AWS parts, made by hand, and the built program in a folder with its manifest. */
export interface Stand {
  readonly aws: AwsSession
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  run(...words: string[]): Promise<Ended>
  start(...words: string[]): Running
  /** Sets fields of the table's item, as manager, monitor and agent would. */
  put(fields: Readonly<Record<string, string | number | boolean | object | null>>): Promise<void>
  item(): Promise<Record<string, AttributeValue>>
  /** Stores a version of the database; answers its id. */
  store(content: Uint8Array, metadata?: Record<string, string>): Promise<string>
  log(
    group: keyof Backend['logGroups'],
    stream: string,
    ...lines: (readonly [atMs: number, text: string])[]
  ): Promise<void>
  close(): Promise<void>
}

export const openStand = async (
  endpoint: string,
  { functions }: { readonly functions: boolean },
): Promise<Stand> => {
  const aws = createAws({ region: 'us-east-1', profile: null, endpoint, maxAttempts: 3 })
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-stand-'))
  await writeFile(join(folder, 'storyarch.yaml'), MANIFEST)
  await mkdir(join(folder, 'app'))
  await writeFile(join(folder, 'app', 'server.js'), '')
  await makeParts(aws)
  if (functions) await makeFunctions(aws)
  const env = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  const { bucket, key } = BACKEND.database
  const table = { TableName: BACKEND.table, Key: { task_id: { S: 'main' } } }
  const streams = new Set<string>()
  return {
    aws,
    folder,
    env,
    run: (...words) => start(words, { cwd: folder, env }).ended,
    start: (...words) => start(words, { cwd: folder, env }),
    async put(fields) {
      const entries = Object.entries(fields)
      const set = entries.filter(([, value]) => value !== null)
      const removed = entries.filter(([, value]) => value === null)
      await aws.client(DynamoDBClient).send(
        new UpdateItemCommand({
          ...table,
          UpdateExpression:
            `${set.length === 0 ? '' : `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`} ${removed.length === 0 ? '' : `REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`}`.trim(),
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
          ...(set.length === 0
            ? {}
            : {
                ExpressionAttributeValues: Object.fromEntries(
                  set.map(([name, value]) => [`:${name}`, attribute(value)]),
                ),
              }),
        }),
      )
    },
    item: async () => (await aws.client(DynamoDBClient).send(new GetItemCommand(table))).Item ?? {},
    async store(content, metadata = {}) {
      const { VersionId = '' } = await aws
        .client(S3Client)
        .send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, Metadata: metadata }))
      return VersionId
    },
    async log(group, stream, ...lines) {
      const logs = aws.client(CloudWatchLogsClient)
      const place = { logGroupName: BACKEND.logGroups[group], logStreamName: stream }
      if (!streams.has(`${group} ${stream}`)) await logs.send(new CreateLogStreamCommand(place))
      streams.add(`${group} ${stream}`)
      const logEvents = lines.map(([timestamp, message]) => ({ timestamp, message }))
      await logs.send(new PutLogEventsCommand({ ...place, logEvents }))
    },
    async close() {
      aws.close()
      await rm(folder, { recursive: true })
    },
  }
}

const attribute = (value: unknown): AttributeValue => {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (Array.isArray(value)) return { L: value.map(attribute) }
  return {
    M: Object.fromEntries(Object.entries(value ?? {}).map(([name, inner]) => [name, attribute(inner)])),
  }
}

const makeParts = async (aws: AwsSession): Promise<void> => {
  const { table, cluster, database, logGroups } = BACKEND
  const s3 = aws.client(S3Client)
  const dynamo = aws.client(DynamoDBClient)
  await Promise.all([
    dynamo.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
      }),
    ),
    aws.client(ECSClient).send(new CreateClusterCommand({ clusterName: cluster })),
    ...Object.values(logGroups).map(logGroupName =>
      aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName })),
    ),
    s3.send(new CreateBucketCommand({ Bucket: database.bucket })),
  ])
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: database.bucket,
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  )
  await dynamo.send(new PutItemCommand({ TableName: table, Item: { task_id: { S: 'main' } } }))
}

/** Stand-ins for manager and monitor that do to the item what those do, and nothing to ECS. */
const makeFunctions = async (aws: AwsSession): Promise<void> => {
  const { Role } = await aws.client(IAMClient).send(
    new CreateRoleCommand({
      RoleName: 'stand',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  )
  for (const FunctionName of [BACKEND.taskManager, BACKEND.taskMonitor])
    await aws.client(LambdaClient).send(
      new CreateFunctionCommand({
        FunctionName,
        Role: Role?.Arn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Environment: { Variables: { TABLE_NAME: BACKEND.table } },
        Code: { ZipFile: zipSync({ 'index.js': strToU8(stub) }) },
      }),
    )
}

/** A SQLite database whose one table holds `rows` rows that say `word`, as the bytes of its file. */
export const sqlite = async (word: string, rows = 1): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-sqlite-'))
  const path = join(folder, 'db.sqlite3')
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE notes (text TEXT)')
  const insert = database.prepare('INSERT INTO notes VALUES (?)')
  database.exec('BEGIN')
  for (let row = 0; row < rows; row += 1) insert.run(word)
  database.exec('COMMIT')
  database.close()
  const bytes = await readFile(path)
  await rm(folder, { recursive: true })
  return bytes
}
