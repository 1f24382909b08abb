import type { Event, Verb } from '../../engine/events.ts'

/** One piece of work under way. */
export interface Work {
  readonly id: string
  readonly verb: Verb
  readonly startedMs: number
  readonly usuallySeconds: number
  /** What it waits for; null while it is not known to wait. */
  readonly why: string | null
}

export type InFlight = ReadonlyMap<string, Work>

/** What is under way after `event`. */
export const inFlightAfter = (before: InFlight, event: Event, nowMs: number): InFlight => {
  const after = new Map(before)
  if (event.type === 'started') {
    const { id, verb, usuallySeconds } = event
    after.set(id, { id, verb, startedMs: nowMs, usuallySeconds, why: null })
  } else if (event.type === 'waiting') {
    const work = before.get(event.id)
    if (work !== undefined) after.set(event.id, { ...work, why: event.why })
  } else if (event.type === 'done' || event.type === 'failed') after.delete(event.id)
  return after
}
