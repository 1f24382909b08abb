import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coldStart } from '../../../src/runtime/container/coldStart.ts'

const moment = fc.integer({ min: 0, max: 1_000_000 })
const marks = fc.record({
  startedMs: moment,
  pullStartedMs: fc.option(moment),
  pullStoppedMs: fc.option(moment),
  restoredMs: fc.option(moment),
  healthyMs: moment,
})

test('each part of a start has its own length', () => {
  const told = { startedMs: 1_000, pullStartedMs: 9_000, pullStoppedMs: 21_000, restoredMs: 21_600 }
  expect(coldStart({ ...told, healthyMs: 23_700 })).toEqual({
    schedule: 8_000,
    pull: 12_000,
    database: 600,
    app: 2_100,
  })
})

test('what ECS does not tell of an image that was there already is in the part after it', () => {
  const told = { startedMs: 0, pullStartedMs: null, pullStoppedMs: null, restoredMs: 500 }
  expect(coldStart({ ...told, healthyMs: 700 })).toEqual({ schedule: 0, pull: 0, database: 500, app: 200 })
})

test('from clocks that differ, no part is negative and the parts are the whole', () => {
  fc.assert(
    fc.property(marks, told => {
      const parts = Object.values(coldStart(told))
      expect(parts.every(length => length >= 0)).toBe(true)
      const whole = Math.max(0, told.healthyMs - told.startedMs)
      expect(parts.reduce((sum, length) => sum + length, 0)).toBe(whole)
    }),
  )
})
