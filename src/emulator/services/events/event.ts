import type { Call, Table } from '../../service.ts'

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

export const keepEvent = (call: Call, event: Event): void => {
  const table = eventTable(call)
  table.set(event.id, event)
  for (const [id] of table.entries().slice(0, -REMEMBERED)) table.delete(id)
}
