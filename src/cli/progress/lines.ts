import type { Event, Verb } from '../../engine/events.ts'
import { duration } from '../print/duration.ts'
import { isAbort } from '../print/error.ts'
import type { Colours } from '../shell.ts'
import type { Work } from './inFlight.ts'

const PAST: Readonly<Record<Verb, string>> = {
  create: 'created',
  update: 'changed',
  replace: 'replaced',
  delete: 'deleted',
  adopt: 'adopted',
  finish: 'tagged',
  lock: 'locked',
  place: 'placed',
  pull: 'pulled',
  restore: 'restored',
  boot: 'booted',
  stop: 'stopped',
  fetch: 'fetched',
  check: 'checked',
}

const PRESENT: Readonly<Record<Verb, string>> = {
  create: 'creating',
  update: 'changing',
  replace: 'replacing',
  delete: 'deleting',
  adopt: 'adopting',
  finish: 'tagging',
  lock: 'locking',
  place: 'placing',
  pull: 'pulling',
  restore: 'restoring',
  boot: 'booting',
  stop: 'stopping',
  fetch: 'fetching',
  check: 'checking',
}

/** The permanent line an event leaves, or null when it leaves none. */
export const lastingLine = (event: Event, colours: Colours): string | null => {
  switch (event.type) {
    case 'done':
      return `${colours.green(PAST[event.verb].padEnd(8))} ${event.id}  ${colours.dim(duration(event.durationMs))}`
    case 'failed':
      return isAbort(event.error)
        ? `${'stopped'.padEnd(8)} ${event.id}`
        : `${colours.red('failed'.padEnd(8))} ${event.id}`
    case 'skipped':
      return `${colours.yellow('skipped'.padEnd(8))} ${event.id}  ${colours.dim(`needs ${event.on}`)}`
    case 'background':
      return `${'spreads'.padEnd(8)} ${event.id}  ${colours.dim(`AWS finishes it by itself, usually within ${duration(event.usuallySeconds * 1000)}`)}`
    case 'note':
      return event.text
    default:
      return null
  }
}

/** What is under way, for how long, and how long it usually takes. */
export const workLine = ({ id, verb, startedMs, usuallySeconds, why }: Work, nowMs: number): string => {
  const soFarMs = nowMs - startedMs
  const late = soFarMs > Math.max(usuallySeconds * 3, 10) * 1000
  const usual = late ? 'longer than usual' : `usually ${duration(usuallySeconds * 1000)}`
  return `${PRESENT[verb].padEnd(9)} ${id}  ${duration(soFarMs)}, ${usual}${why === null ? '' : ` (${why})`}`
}
