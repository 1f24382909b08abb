import { randomUUID } from 'node:crypto'
import type * as EventBridge from '@aws-sdk/client-eventbridge'
import { AwsError, type Call, type Service, type Table } from '../../service.ts'
import { matchesPattern, patternFault } from './pattern.ts'
import { demandBus, invalid } from './rule.ts'

/** A row of `events`, keyed by id: the event as rules see it. */
export interface Event {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  /** ISO 8601 in whole seconds. */
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}

/** How many events are remembered; older ones have long been delivered. */
const REMEMBERED = 1_000

export const eventTable = (call: Call): Table<Event> => call.table<Event>('events', { service: 'events' })

export const publishing = {
  /** 200 with `FailedEntryCount`: an entry that is wrong fails alone. */
  PutEvents: ({ Entries = [] }, call) => {
    if (Entries.length === 0 || Entries.length > 10)
      throw invalid(
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
      )
    const outcomes = Entries.map(entry => put(call, entry))
    return {
      FailedEntryCount: outcomes.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: outcomes,
    }
  },

  TestEventPattern: ({ EventPattern = '', Event = '' }) => {
    const fault = patternFault(EventPattern)
    if (fault !== undefined)
      throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${fault}`)
    const event = objectIn(Event)
    const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'].find(
      member => event?.[member] === undefined,
    )
    if (!event || missing !== undefined)
      throw invalid(`Parameter Event is not valid. Reason: ${missing ?? 'JSON'} is required.`)
    return { Result: matchesPattern(JSON.parse(EventPattern), event) }
  },
} satisfies Service<typeof EventBridge>

const put = (call: Call, entry: EventBridge.PutEventsRequestEntry): EventBridge.PutEventsResultEntry => {
  demandBus(entry.EventBusName)
  const { Source, DetailType, Detail } = entry
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (!value)
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      }
  if (Source?.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' }
  const detail = objectIn(Detail ?? '')
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  const id = randomUUID()
  keep(call, {
    version: '0',
    id,
    'detail-type': DetailType ?? '',
    source: Source ?? '',
    account: call.account,
    time: (entry.Time ?? new Date(call.now)).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: call.region,
    resources: entry.Resources ?? [],
    detail,
  })
  return { EventId: id }
}

const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const keep = (call: Call, event: Event): void => {
  const table = eventTable(call)
  table.set(event.id, event)
  for (const [id] of table.entries().slice(0, -REMEMBERED)) table.delete(id)
}
