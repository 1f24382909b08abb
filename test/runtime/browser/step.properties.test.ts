import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GAP_MS } from '../../../src/runtime/browser/delays.ts'
import type { Watch, Wish } from '../../../src/runtime/browser/watch.ts'
import { BOOT_MS, type Mood, PING_MS, Simulation } from './simulation.ts'

type Act = (page: Simulation) => void

const mood = fc.constantFrom<Mood>('well', 'down', 'busy', 'broken', 'failing')

const acts = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.integer({ min: 0, max: 200_000 }).map(
        (ms): Act =>
          page =>
            page.pass(ms),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 0, max: 900 }).map(
        (ms): Act =>
          page =>
            page.pass(ms),
      ),
    },
    fc.constantFrom('shown', 'hidden', 'wake', 'stop', 'doubt').map(
      (type): Act =>
        page =>
          page.happened({ type } as const),
    ),
    fc.tuple(mood, fc.constantFrom(0, 0, 5000, 100_000)).map(
      ([mood, retryAfterMs]): Act =>
        page => {
          page.backend.mood = mood
          page.backend.retryAfterMs = retryAfterMs
        },
    ),
    fc.integer({ min: 1, max: 29_000 }).map(
      (ms): Act =>
        page => {
          page.latencyMs = ms
        },
    ),
    fc.double({ min: 0, max: 0.999, noNaN: true }).map(
      (random): Act =>
        page => {
          page.random = random
        },
    ),
    fc.constant<Act>(page => {
      page.backend.expiresAt = page.now
    }),
  ),
  { maxLength: 60 },
)

const wish = fc.constantFrom<Wish>('wake', 'look')

const always = (watch: Watch, before: Watch, now: number): void => {
  const asks = watch.asking !== null && before.asking === null
  if (asks) {
    expect(watch.visible, 'a hidden page asks nothing').toBe(true)
    expect(watch.wish, 'a page that let go asks nothing').not.toBe('rest')
    expect(now, 'nobody is asked who wants to be left alone').toBeGreaterThanOrEqual(before.heldUntil)
    if (watch.asking !== 'config')
      expect(now - before.askedAt, 'questions keep their distance').toBeGreaterThanOrEqual(GAP_MS)
    if (watch.wish === 'look') expect(['config', 'status']).toContain(watch.asking)
  }
  if (watch.next !== null) expect(watch.next.at).toBeGreaterThanOrEqual(now)
  expect(watch.url !== null, 'an address and being ready are one').toBe(watch.state === 'ready')
  expect(watch.wakingSince !== null).toBe(watch.state === 'waking')
  if (watch.visible && watch.wish === 'wake' && watch.state !== 'absent')
    expect(watch.asking !== null || watch.next !== null, 'it never stops trying').toBe(true)
}

test('whatever happens, a page keeps its manners', () => {
  fc.assert(
    fc.property(wish, acts, (wish, acts) => {
      const page = new Simulation(wish, always)
      for (const act of acts) act(page)
    }),
    { numRuns: 300 },
  )
})

test('after whatever happened, a page that is looked at gets its backend, and keeps it', () => {
  fc.assert(
    fc.property(wish, acts, (wish, acts) => {
      const page = new Simulation(wish, always)
      for (const act of acts) act(page)
      page.backend.mood = 'well'
      page.backend.retryAfterMs = 0
      page.latencyMs = 200
      page.happened({ type: 'shown' })
      page.happened({ type: 'wake' })
      // The longest break between two tries, a question that is still out, and the start itself.
      page.pass(300_000 + 30_000 + BOOT_MS + 5000)
      expect(page.watch.state).toBe('ready')
      const { starts } = page.backend
      for (let minute = 0; minute < 30; minute++) {
        page.pass(PING_MS)
        expect(page.watch.state).toBe('ready')
        expect(page.backend.isReady(page.now)).toBe(true)
      }
      expect(page.backend.starts).toBe(starts)
    }),
    { numRuns: 100 },
  )
})
