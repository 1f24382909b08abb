import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import { plainItem } from '../../src/operations/plainItem.ts'
import { taskOf } from '../../src/runtime/lifecycle/item.ts'
import type { Task } from '../../src/runtime/lifecycle/task.ts'
import type { Place } from './place.ts'

const POLL_MS = 200

/** What `look` answers once it is no longer undefined. Throws when that takes longer than `seconds`, telling `seen`. */
export const within = async <T>(
  seconds: number,
  what: string,
  look: () => Promise<T | undefined>,
  seen: () => Promise<unknown> = async () => null,
): Promise<T> => {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline)
      throw new Error(`not within ${seconds} s: ${what}; seen: ${JSON.stringify(await seen())}`)
    await pause(POLL_MS)
  }
}

/** A port of all addresses that nobody listens on now: under --local tasks share this machine's ports. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** What `curl` of the start URL prints. */
export interface StartAnswer {
  readonly status: string
  readonly task_arn: string | null
  readonly public_ip: string | null
  readonly message: string
  readonly url: string | null
  readonly ready: boolean
  readonly generation: number | null
  readonly expires_at: number | null
}

/** A stack with a backend, brought up by the built program on the embedded AWS of a place. */
export const bringUp = async (place: Place, manifest: string) => {
  // The frontend has no part in a backend's life.
  const only = ['--only', 'infra,backend']
  const up = await place.storyarch('up', '--local', '-m', manifest, ...only, '--yes')
  if (up.code !== 0) throw new Error(up.stderr)
  const startUrl = /^start_url +(\S+)$/m.exec(up.stdout)?.[1] ?? ''
  const told = await place.storyarch('outputs', '--local', '-m', manifest, '--json')
  const { outputs } = JSON.parse(told.stdout) as { outputs: Record<string, string> }
  const status = await place.storyarch('local', 'status', '--json')
  const aws = createAws({
    region: 'us-east-1',
    profile: null,
    endpoint: String(JSON.parse(status.stdout).endpoint),
    maxAttempts: 3,
  })
  return { manifest, startUrl, aws, ...eyesOn(aws, outputs, startUrl), outputs, place }
}

/** What is the case in the world. */
const eyesOn = (aws: AwsSession, outputs: Readonly<Record<string, string>>, startUrl: string) => {
  const cluster = outputs['ecs_cluster_name']
  const Bucket = outputs['database_bucket_name']
  const task = async (): Promise<Task> => {
    const { Item = {} } = await aws.client(DynamoDBClient).send(
      new GetItemCommand({
        TableName: outputs['task_state_table_name'],
        Key: { task_id: { S: 'main' } },
        ConsistentRead: true,
      }),
    )
    return taskOf(plainItem(Item) as never)
  }
  const call = async (query = '') => (await (await fetch(`${startUrl}${query}`)).json()) as StartAnswer
  return {
    task,
    call,
    /** Resolves with the address at which the app answers. */
    awaitReady: () =>
      within(
        30,
        'the app is ready',
        async () => {
          const { ready, url } = await call('?action=status')
          return ready && url !== null ? url : undefined
        },
        task,
      ),
    awaitState: (seconds: number, state: Task['state']) =>
      within(
        seconds,
        state,
        async () => {
          const now = await task()
          return now.state === state ? now : undefined
        },
        task,
      ),
    /** ARNs of all tasks of the cluster that are not told to stop. */
    tasks: async (): Promise<string[]> =>
      (await aws.client(ECSClient).send(new ListTasksCommand({ cluster }))).taskArns ?? [],
    ecsTask: async (arn: string | null) =>
      (await aws.client(ECSClient).send(new DescribeTasksCommand({ cluster, tasks: [arn ?? ''] })))
        .tasks?.[0],
    alarmState: async (): Promise<string | undefined> => {
      const { MetricAlarms = [] } = await aws
        .client(CloudWatchClient)
        .send(
          new DescribeAlarmsCommand({ AlarmNamePrefix: cluster?.replace(/-([^-]+)$/, '-task-inactive-$1') }),
        )
      return MetricAlarms[0]?.StateValue
    },
    /** Versions of the database, the newest first. */
    versions: async (): Promise<string[]> => {
      const { Versions = [] } = await aws
        .client(S3Client)
        .send(new ListObjectVersionsCommand({ Bucket, Prefix: outputs['database_key'] }))
      return Versions.map(({ VersionId = '' }) => VersionId)
    },
    database: async (): Promise<Buffer> => {
      const { Body } = await aws
        .client(S3Client)
        .send(new GetObjectCommand({ Bucket, Key: outputs['database_key'] }))
      return buffer(Body as NodeJS.ReadableStream)
    },
    /** Lines of the task's containers. */
    log: async (): Promise<string[]> => {
      const { events = [] } = await aws
        .client(CloudWatchLogsClient)
        .send(new FilterLogEventsCommand({ logGroupName: outputs['task_log_group_name'] }))
      return events.map(({ message = '' }) => message)
    },
  }
}

export type LivingBackend = Awaited<ReturnType<typeof bringUp>>

/** Process ids of the agents that run beside the app of a task. */
export const agentsOf = async (taskArn: string | null): Promise<number[]> => {
  const id = taskArn?.split('/').at(-1) ?? ''
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async pid => {
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map(file => readFile(join('/proc', pid, file), 'utf8').catch(() => '')),
      )
      const isAgent = /agent\.cjs\0run\0/.test(command ?? '')
      return isAgent && environment?.includes(id) ? [Number(pid)] : []
    }),
  )
  return found.flat()
}
