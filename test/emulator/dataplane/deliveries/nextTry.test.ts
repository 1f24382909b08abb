import { expect, test } from 'vitest'
import { nextTry, type Outcome } from '../../../../src/emulator/dataplane/deliveries/nextTry.ts'
import type { AsyncInvocation } from '../../../../src/emulator/services/lambda/asyncQueue.ts'

const MINUTE_MS = 60_000
const NONE = { retries: null, maxAgeSeconds: null }

const invocation: AsyncInvocation = {
  id: '1',
  functionName: 'f',
  event: '{}',
  caller: null,
  queuedAt: 0,
  dueAt: 0,
  failures: 0,
  refusals: 0,
}

/** Waits in milliseconds before each further try, until it is given up. */
const waits = (outcome: Outcome, settings: Parameters<typeof nextTry>[2] = NONE): number[] => {
  const seen: number[] = []
  let now = 0
  for (let next: AsyncInvocation | null = invocation; seen.length < 1_000; ) {
    next = nextTry(next, outcome, settings, now)
    if (!next) return seen
    seen.push(next.dueAt - now)
    now = next.dueAt
  }
  throw new Error('it never ends')
}

test('a function that fails gets its event twice more, after one minute and after two', () => {
  expect(waits('failed')).toEqual([MINUTE_MS, 2 * MINUTE_MS])
  expect(waits('failed', { ...NONE, retries: 0 })).toEqual([])
})

test('a function that cannot run is tried with growing pauses until the event is too old', () => {
  const seen = waits('refused')
  expect(seen.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(Math.max(...seen)).toBe(5 * MINUTE_MS)
  const total = seen.reduce((sum, wait) => sum + wait, 0)
  expect(total).toBeLessThanOrEqual(6 * 60 * MINUTE_MS)
  expect(total).toBeGreaterThan(5.9 * 60 * MINUTE_MS)
})

test('no retry outlives the maximum age of an event', () => {
  expect(waits('failed', { ...NONE, maxAgeSeconds: 60 })).toEqual([MINUTE_MS])
})
