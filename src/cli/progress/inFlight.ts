import type { Event, Verb } from '../../engine/events.ts'

/** One piece of work under way. */
export interface Work {
  readonly id: string
  readonly verb: Verb
  readonly startedMs: number
  readonly usuallySeconds: number
  /** What it waits for, or is at; null while nobody said. */
  readonly why: string | null
}

export type InFlight = ReadonlyMap<string, Work>

/** What is under way after `event`. */
export const inFlightAfter = (before: InFlight, event: Event, nowMs: number): InFlight => {
  const after = new Map(before)
  if (event.type === 'started') {
    const { id, verb, usuallySeconds } = event
    after.set(id, { id, verb, startedMs: nowMs, usuallySeconds, why: null })
  } else if (event.type === 'waiting' || event.type === 'step') {
    const work = before.get(event.id)
    const why = event.type === 'step' ? event.text : event.why
    if (work !== undefined) after.set(event.id, { ...work, why })
  } else if (event.type === 'done' || event.type === 'failed') after.delete(event.id)
  return after
}
