import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextCron } from '../../../../src/emulator/dataplane/schedules/nextCron.ts'

const NOW = Date.UTC(2026, 10, 26, 11, 7)

test.each([
  ['cron(0/5 * * * ? *)', '2026-11-26T11:10:00.000Z'],
  ['cron(7 11 * * ? *)', '2026-11-27T11:07:00.000Z'],
  ['cron(15 12 ? * MON-FRI *)', '2026-11-26T12:15:00.000Z'],
  ['cron(0 0 L * ? *)', '2026-11-30T00:00:00.000Z'],
  ['cron(0 0 L-3 * ? *)', '2026-11-27T00:00:00.000Z'],
  ['cron(0 0 LW 2 ? *)', '2027-02-26T00:00:00.000Z'],
  ['cron(0 0 1W * ? *)', '2026-12-01T00:00:00.000Z'],
  ['cron(0 0 1W 8 ? *)', '2027-08-02T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', '2026-11-27T00:00:00.000Z'],
  ['cron(0 0 ? * 2#1 *)', '2026-12-07T00:00:00.000Z'],
  ['cron(0 0 ? * L *)', '2026-11-28T00:00:00.000Z'],
  ['cron(5,10 8-10/2 1 JAN,MAR ? 2027)', '2027-01-01T08:05:00.000Z'],
  ['cron(0 0 29 2 ? *)', '2028-02-29T00:00:00.000Z'],
])('%s comes round at %s', (expression, at) => {
  expect(nextCron(expression, NOW)).toBe(Date.parse(at))
})

test.each(['cron(0 0 30 2 ? *)', 'cron(0 0 1 1 ? 2020)'])('%s never does', expression => {
  expect(nextCron(expression, NOW)).toBeNull()
})

test('every step of a schedule is later than the one before, and on a minute it names', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 59 }),
      fc.integer({ min: 0, max: 59 }),
      fc.date({ min: new Date(NOW), max: new Date(Date.UTC(2040, 0)), noInvalidDate: true }),
      (step, from, start) => {
        const minutes = Array.from({ length: 60 }, (_, minute) => minute).filter(
          minute => minute >= from && (minute - from) % step === 0,
        )
        let at = start.getTime()
        for (let count = 0; count < 5; count++) {
          const next = nextCron(`cron(${from}/${step} * * * ? *)`, at)
          expect(next).toBeGreaterThan(at)
          expect(minutes).toContain(new Date(next ?? 0).getUTCMinutes())
          expect((next ?? 0) - at).toBeLessThanOrEqual(3_600_000)
          at = next ?? 0
        }
      },
    ),
    { numRuns: 100 },
  )
})
