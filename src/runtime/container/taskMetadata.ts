import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchange } from '../aws/exchange.ts'

/** What ECS tells a container of its own task. */
export interface TaskMetadata {
  readonly taskArn: string
  /** ARN or name. */
  readonly cluster: string
  /** Epoch milliseconds; null when ECS tells none. */
  readonly pullStartedMs: number | null
  readonly pullStoppedMs: number | null
}

/** Reads the answer of `/task` (ECS guide, "Task metadata endpoint version 4"). Throws when it names no task. */
export const readMetadata = (answer: unknown): TaskMetadata => {
  const told = (answer ?? {}) as Record<string, unknown>
  const { TaskARN: taskArn, Cluster: cluster } = told
  if (typeof taskArn !== 'string' || typeof cluster !== 'string')
    throw new Error('ECS tells this container neither its task nor its cluster')
  return {
    taskArn,
    cluster,
    pullStartedMs: moment(told['PullStartedAt']),
    pullStoppedMs: moment(told['PullStoppedAt']),
  }
}

const moment = (text: unknown): number | null => {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

const SILENCE_MS = 2_000
const PAUSE_MS = 250
const ATTEMPTS = 20

/**
 * Asks ECS, at the address it puts into every container's ECS_CONTAINER_METADATA_URI_V4; some twenty times, for a start is
 * not to fail with one bad answer. Throws the last failure.
 */
export const taskMetadata = async (uri: string, signal: AbortSignal): Promise<TaskMetadata> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await askOnce(uri, signal)
    } catch (error) {
      if (attempt >= ATTEMPTS || signal.aborted) throw error
      await sleep(PAUSE_MS)
    }
  }
}

const askOnce = async (uri: string, signal: AbortSignal): Promise<TaskMetadata> => {
  const { origin, pathname } = new URL(`${uri}/task`)
  const asking = { origin: new URL(origin), path: pathname, headers: {}, body: '' }
  const answer = await exchange({ ...asking, method: 'GET', timeoutMs: SILENCE_MS, signal })
  return readMetadata(await json(answer))
}
