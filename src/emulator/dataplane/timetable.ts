import { setTimeout as pause } from 'node:timers/promises'

/** The emulator's clock may be set, and a laptop may sleep: nobody waits longer than this without looking at it. */
const LOOK_MS = 500

export interface Timetable {
  /** Something has changed: what is due now is done now, and the next time is worked out anew. */
  stir(): void
  /** Kept when nothing is being done any more and nothing will be. */
  close(): Promise<void>
}

interface Around {
  /** Epoch milliseconds of the emulator's clock. */
  now(): number
  /** How many times faster than a real clock it runs. */
  readonly pace: number
  report(error: unknown): void
}

/**
 * Does `work` whenever the time has come that `next` tells (null: never, and then it costs nothing). `work` must take
 * care that what was due is due no more.
 */
export const openTimetable = (
  around: Around,
  next: () => number | null,
  work: () => Promise<void>,
): Timetable => {
  let stirred = new AbortController()
  let closing = false
  let looking = false
  let ended: Promise<void> = Promise.resolve()

  const run = async (): Promise<void> => {
    looking = true
    while (!closing) {
      stirred = new AbortController()
      const due = next()
      if (due === null) break
      const left = due - around.now()
      if (left <= 0) {
        await work().catch(around.report)
        // Work that does not get rid of what is due shall not stop everything else.
        await pause(0)
      } else {
        const milliseconds = Math.min(LOOK_MS, Math.ceil(left / around.pace))
        await pause(milliseconds, null, { signal: stirred.signal }).catch(() => {})
      }
    }
    looking = false
  }

  const stir = (): void => {
    stirred.abort()
    if (!looking && !closing) ended = run()
  }

  return {
    stir,
    async close() {
      closing = true
      stirred.abort()
      await ended
    },
  }
}
