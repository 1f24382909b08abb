import { randomUUID } from 'node:crypto'
import { stopTask } from '../aws/ecs.ts'
import { bucketEndpoint } from '../aws/endpoint.ts'
import { putMetric } from '../aws/metric.ts'
import { type Aws, openAws } from '../aws/openAws.ts'
import { bucketDoor } from '../aws/s3.ts'
import { dynamoTable } from '../lifecycle/dynamoTable.ts'
import type { LifeSettings } from './lifeSettings.ts'
import { type Log, told } from './log.ts'
import type { Settings } from './settings.ts'
import type { TaskMetadata } from './taskMetadata.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The deadline ends the attempts, and nothing else; of a denial there are some ten seconds' worth. */
const PATIENCE = { attempts: Number.POSITIVE_INFINITY, pauseMs: 5_000, deniedAttempts: 10 }
const SILENCE_MS = 20_000
/** Of one call of a turn: the next turn asks anew. */
const CALL_MS = 8_000
/** A denial may be one that passes with the role's first minute; the task must end all the same. */
const STOP_MS = 30_000

const call = (): AbortSignal => AbortSignal.timeout(CALL_MS)

/** AWS as the containers reach it. */
export const openWorld = (env: Env, log: Log) => {
  const aws: Aws = openAws(env, {
    patience: PATIENCE,
    timeoutMs: SILENCE_MS,
    onRetry: (error, { service, method }) => log('warn', 'retry', { service, method, error: told(error) }),
  })
  return {
    bucketOf: ({ bucket, region }: Settings) => bucketDoor(aws.send, bucketEndpoint(env, bucket, region)),
    tableOf: ({ table }: LifeSettings, deadline = call) => dynamoTable(aws, table, deadline),
    publishPing: ({ metric }: LifeSettings) => putMetric(aws, { ...metric, value: 1 }, call()),
    stopTask: ({ cluster, taskArn }: TaskMetadata, why: string): Promise<boolean> =>
      stopTask(aws, { cluster, task: taskArn, reason: why.slice(0, 255) }, AbortSignal.timeout(STOP_MS)).then(
        () => true,
        error => {
          log('warn', 'not-stopped', { error: told(error) })
          return false
        },
      ),
    newId: randomUUID,
    /** Epoch seconds. */
    now: () => Date.now() / 1000,
  }
}

export type World = ReturnType<typeof openWorld>
