import { NEVER_RAN, type Session, type State, type Task } from './task.ts'

/** What a field of the item can hold. */
export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value }

/** The item `task_id = "main"` without its key. Fields of others (the database's head, …) are in it too. */
export type Item = Readonly<Record<string, Value>>

const STATES: readonly string[] = ['ASLEEP', 'STARTING', 'READY', 'STOPPING'] satisfies State[]
const isState = (value: Value): value is State => STATES.includes(String(value))

/** The field of each member of a task. */
export const FIELDS = {
  state: 'state',
  generation: 'generation',
  taskArn: 'task_arn',
  capacity: 'capacity',
  publicIp: 'public_ip',
  url: 'url',
  wokenBy: 'woken_by',
  startedAt: 'started_at',
  launchAt: 'launch_at',
  readyAt: 'ready_at',
  expiresAt: 'expires_at',
  lastPingAt: 'last_ping_at',
  heartbeatAt: 'heartbeat_at',
  stoppingAt: 'stopping_at',
  stoppedAt: 'stopped_at',
  wantAgain: 'want_again',
  stopCause: 'stop_cause',
  stoppedBy: 'stopped_by',
  stopReason: 'stop_reason',
  failure: 'failure',
  failedStarts: 'failed_starts',
  exitCodes: 'exit_codes',
  timings: 'timings',
  sessions: 'sessions',
} as const satisfies Record<keyof Task, string>

/** Members that are no text; a `…At` is a number too. */
const TYPES: Partial<Record<keyof Task, string>> = {
  generation: 'number',
  failedStarts: 'number',
  wantAgain: 'boolean',
  exitCodes: 'object',
  timings: 'object',
}

/** Each member with its field and type, sessions apart. */
const MEMBERS = (Object.keys(FIELDS) as (keyof Task)[])
  .filter(member => member !== 'sessions')
  .map(member => ({
    member,
    field: FIELDS[member],
    type: TYPES[member] ?? (member.endsWith('At') ? 'number' : 'string'),
  }))

/**
 * Reads a task; what is not there, or is of another type (tables made by other means are adopted), is as if it never
 * ran. Throws on a state that nobody knows.
 */
export const taskOf = (item: Item): Task => {
  const state = item['state'] ?? 'ASLEEP'
  if (!isState(state)) throw new Error(`item main is in the unknown state ${JSON.stringify(state)}`)
  const read: Record<string, unknown> = { ...NEVER_RAN }
  for (const { member, field, type } of MEMBERS) {
    const value = item[field]
    if (typeof value === type) read[member] = value
  }
  read['state'] = state
  read['sessions'] = sessionsOf(item[FIELDS.sessions])
  return read as unknown as Task
}

const BLANK: Session = {
  generation: 0,
  wokenBy: null,
  startedAt: null,
  readyAt: null,
  stoppedAt: 0,
  stopCause: 'ended',
  stopReason: '',
  failure: null,
  timings: null,
}

const SESSION_MEMBERS = Object.keys(BLANK) as (keyof Session)[]

const sessionsOf = (value: Value | undefined): Session[] => (Array.isArray(value) ? value.map(sessionOf) : [])

const sessionOf = (fields: Item): Session => {
  const read: Record<string, unknown> = { ...BLANK }
  for (const member of SESSION_MEMBERS) read[member] = fields[FIELDS[member]] ?? BLANK[member]
  return read as unknown as Session
}

const storedSession = (session: Session): Item => {
  const fields: Record<string, Value> = {}
  for (const member of SESSION_MEMBERS) {
    const value = session[member]
    if (value !== null) fields[FIELDS[member]] = value
  }
  return fields
}

/** What of `before` must be written to make it `after`: fields with their values, null to remove one. */
export const changedFields = (before: Task, after: Task): Record<string, Value | null> => {
  const changed: Record<string, Value | null> = {}
  for (const { member, field } of MEMBERS)
    if (before[member] !== after[member]) changed[field] = after[member] as Value | null
  if (before.sessions !== after.sessions) changed[FIELDS.sessions] = after.sessions.map(storedSession)
  return changed
}
