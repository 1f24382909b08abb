import type { AsyncInvocation } from '../../services/lambda/asyncQueue.ts'

const MINUTE_MS = 60_000
const DEFAULT_RETRIES = 2
const DEFAULT_AGE_SECONDS = 21_600
const FIRST_BACKOFF_MS = 1_000
const LONGEST_BACKOFF_MS = 5 * MINUTE_MS

/** `refused`: Lambda did not run the function, for want of concurrency or of permission. */
export type Outcome = 'done' | 'failed' | 'refused'

/**
 * The invocation as it waits for its next try; null when there is none. A function that fails is tried again after one
 * and after two minutes more, one that cannot run with growing pauses until the event is too old (Lambda guide, "How Lambda
 * handles errors and retries with asynchronous invocation").
 */
export const nextTry = (
  invocation: AsyncInvocation,
  outcome: Outcome,
  settings: { retries: number | null; maxAgeSeconds: number | null },
  now: number,
): AsyncInvocation | null => {
  if (outcome === 'done') return null
  const failures = invocation.failures + (outcome === 'failed' ? 1 : 0)
  const refusals = invocation.refusals + (outcome === 'refused' ? 1 : 0)
  if (failures > (settings.retries ?? DEFAULT_RETRIES)) return null
  const waitMs =
    outcome === 'failed'
      ? failures * MINUTE_MS
      : Math.min(FIRST_BACKOFF_MS * 2 ** (refusals - 1), LONGEST_BACKOFF_MS)
  const dueAt = now + waitMs
  if (dueAt > invocation.queuedAt + (settings.maxAgeSeconds ?? DEFAULT_AGE_SECONDS) * 1000) return null
  return { ...invocation, failures, refusals, dueAt }
}
