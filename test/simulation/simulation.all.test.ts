import { expect, test } from 'vitest'
import { onAllCores } from './onAllCores.ts'
import { replayOf } from './range.ts'

const SCHEDULES = Number(process.env['SCHEDULES'] ?? 100_000)
/** Seeds that the short test does not run. */
const FIRST = Number(process.env['FIRST_SEED'] ?? 1_000_000)

test(`no rule is broken in ${SCHEDULES} schedules`, { timeout: 900_000 }, async () => {
  const parts = await onAllCores(FIRST, SCHEDULES)
  expect(parts.flatMap(({ found }) => found).map(replayOf)).toEqual([])
  expect(parts.reduce((sum, { schedules }) => sum + schedules, 0)).toBeGreaterThanOrEqual(SCHEDULES)
})
