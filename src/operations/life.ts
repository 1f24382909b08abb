import type { Plain } from './plainItem.ts'

const STATES = ['ASLEEP', 'STARTING', 'READY', 'STOPPING'] as const
export type State = (typeof STATES)[number]

/** Milliseconds by phase. */
export type Timings = Readonly<Record<string, number>>

/** One life of the backend that is over. Times are epoch seconds. */
export interface Session {
  readonly generation: number
  readonly wokenBy: string | null
  readonly startedAt: number | null
  readonly readyAt: number | null
  readonly stoppedAt: number | null
  readonly stopCause: string | null
  readonly stopReason: string | null
  readonly failure: string | null
  readonly timings: Timings | null
}

/** The backend's life as its item `task_id = "main"` tells it. Times are epoch seconds. */
export interface Life extends Session {
  readonly state: State
  readonly taskArn: string | null
  readonly publicIp: string | null
  /** Where the app answers, when that is not `http://<public ip>:<port>`. */
  readonly url: string | null
  readonly expiresAt: number | null
  readonly lastPingAt: number | null
  readonly stoppingAt: number | null
  /** Of the containers of the last task that is over; null when ECS told none. */
  readonly exitCodes: Readonly<Record<string, number>> | null
  /** Somebody came while it was stopping: it starts again at once. */
  readonly wantAgain: boolean
  /** The latest first. */
  readonly sessions: readonly Session[]
}

type Fields = Readonly<Record<string, Plain>>

const text = (value: Plain | undefined): string | null => (typeof value === 'string' ? value : null)
const number = (value: Plain | undefined): number | null => (typeof value === 'number' ? value : null)
const isFields = (value: Plain | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads the item's fields; what is absent or of another type is null. Throws on a state that nobody knows. */
export const lifeOf = (item: Fields): Life => {
  const written = item['state'] ?? 'ASLEEP'
  const state = STATES.find(known => known === written)
  if (state === undefined) throw new Error(`item main is in the unknown state ${JSON.stringify(written)}`)
  const sessions = item['sessions']
  return {
    ...sessionOf(item),
    state,
    taskArn: text(item['task_arn']),
    publicIp: text(item['public_ip']),
    url: text(item['url']),
    expiresAt: number(item['expires_at']),
    lastPingAt: number(item['last_ping_at']),
    stoppingAt: number(item['stopping_at']),
    exitCodes: numbersOf(item['exit_codes']),
    wantAgain: item['want_again'] === true,
    sessions: Array.isArray(sessions) ? sessions.filter(isFields).map(sessionOf) : [],
  }
}

const sessionOf = (fields: Fields): Session => ({
  generation: number(fields['generation']) ?? 0,
  wokenBy: text(fields['woken_by']),
  startedAt: number(fields['started_at']),
  readyAt: number(fields['ready_at']),
  stoppedAt: number(fields['stopped_at']),
  stopCause: text(fields['stop_cause']),
  stopReason: text(fields['stop_reason']),
  failure: text(fields['failure']),
  timings: numbersOf(fields['timings']),
})

const numbersOf = (value: Plain | undefined): Readonly<Record<string, number>> | null => {
  if (!isFields(value)) return null
  const known = Object.entries(value).filter((entry): entry is [string, number] => number(entry[1]) !== null)
  return known.length === 0 ? null : Object.fromEntries(known)
}

/** Where the app answers; null while that is not known. */
export const appUrl = ({ state, url, publicIp }: Life, port: number): string | null => {
  if (state === 'ASLEEP') return null
  return url ?? (publicIp === null ? null : `http://${publicIp}:${port}`)
}
