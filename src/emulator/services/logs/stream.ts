import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError, type Call, type Table } from '../../service.ts'
import { groupArn, groupTable, type LogGroup } from './group.ts'

/** A row of `streams`, keyed by group and name. Its events lie in `file`. Times in epoch milliseconds. */
export interface LogStream {
  group: string
  name: string
  arn: string
  file: string
  createdAt: number
  firstEventAt: number | null
  lastEventAt: number | null
  ingestedAt: number | null
  events: number
  bytes: number
}

/** `id` is unique, and sorts as CloudWatch shows events: by time, then by arrival. */
export interface LogEvent {
  id: string
  stream: string
  at: number
  ingestedAt: number
  message: string
}

type Line = [at: number, ingestedAt: number, message: string]

const table = (call: Call): Table<LogStream> => call.table<LogStream>('streams', { service: 'logs' })

const keyOf = (group: string, name: string): string => `${group}:${name}`

export const findStream = (call: Call, group: string, name: string): LogStream | undefined =>
  table(call).get(keyOf(group, name))

/** Throws ResourceNotFoundException. */
export const streamOf = (call: Call, group: LogGroup, name: string): LogStream => {
  const stream = findStream(call, group.name, name)
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  return stream
}

export const streamsOf = (call: Call, group: string): LogStream[] =>
  table(call)
    .values()
    .filter(stream => stream.group === group)

/** Events of the group that are older than its retention leave the disk first: a function has a stream for each process. */
export const newStream = (call: Call, group: string, name: string): void => {
  dropExpired(call, group)
  table(call).set(keyOf(group, name), {
    group,
    name,
    arn: `${groupArn(call, group)}:log-stream:${name}`,
    file: `${randomUUID()}.jsonl`,
    createdAt: call.now,
    firstEventAt: null,
    lastEventAt: null,
    ingestedAt: null,
    events: 0,
    bytes: 0,
  })
}

/** A stream stays when all of its events have gone, as in CloudWatch. */
const dropExpired = (call: Call, name: string): void => {
  const group = groupTable(call).get(name)
  if (!group || group.retentionDays === null) return
  const oldest = oldestKept(call, group)
  for (const stream of streamsOf(call, name)) {
    if (stream.lastEventAt === null || stream.lastEventAt >= oldest || stream.events === 0) continue
    table(call).set(keyOf(name, stream.name), { ...stream, events: 0, bytes: 0 })
    rmSync(pathOf(call, stream), { force: true })
  }
}

const oldestKept = (call: Call, { retentionDays }: LogGroup): number =>
  retentionDays === null ? 0 : call.now - retentionDays * 86_400_000

export const dropStream = (call: Call, stream: LogStream): void => {
  table(call).delete(keyOf(stream.group, stream.name))
  rmSync(pathOf(call, stream), { force: true })
}

/** Appends in one write, so that readers never see half an event. `call` is one of the service `logs`: files lie in its folder. */
export const appendEvents = (
  call: Call,
  stream: LogStream,
  events: readonly { at: number; message: string }[],
): void => {
  if (events.length === 0) return
  const lines = events.map(({ at, message }): Line => [at, call.now, message])
  appendFileSync(pathOf(call, stream), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const times = events.map(({ at }) => at)
  table(call).set(keyOf(stream.group, stream.name), {
    ...stream,
    firstEventAt: Math.min(stream.firstEventAt ?? Number.POSITIVE_INFINITY, ...times),
    lastEventAt: Math.max(stream.lastEventAt ?? 0, ...times),
    ingestedAt: call.now,
    events: stream.events + events.length,
    bytes: stream.bytes + events.reduce((sum, { message }) => sum + eventBytes(message), 0),
  })
}

/** CloudWatch adds 26 bytes to each event. */
export const eventBytes = (message: string): number => Buffer.byteLength(message) + 26

/** Every event not older than the group's retention, in order. */
export const eventsOf = (call: Call, group: LogGroup, stream: LogStream): LogEvent[] => {
  if (stream.events === 0 || !existsSync(pathOf(call, stream))) return []
  const oldest = oldestKept(call, group)
  const mark = BigInt(`0x${stream.file.slice(0, 8)}`)
    .toString()
    .padStart(10, '0')
  return readFileSync(pathOf(call, stream), 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const line = text === '' ? null : lineOf(text)
      if (line === null) return []
      const [at, ingestedAt, message] = line
      const id = `${String(at).padStart(20, '0')}${mark}${String(index).padStart(26, '0')}`
      return at < oldest ? [] : [{ id, stream: stream.name, at, ingestedAt, message }]
    })
    .sort(byId)
}

/** Null where the disk was full: half a line, and the next one behind it. */
const lineOf = (text: string): Line | null => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export const byId = (a: LogEvent, b: LogEvent): number => (a.id < b.id ? -1 : 1)

const pathOf = (call: Call, stream: LogStream): string => join(call.folder('events'), stream.file)
