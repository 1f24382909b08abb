import { describe, expect, test } from 'vitest'
import { PLANTED } from './bugs.ts'
import { replayOf, runRange } from './range.ts'
import { runSchedule } from './schedule.ts'

/** `SEED=… npx vitest run test/simulation/simulation.test.ts` tells that one story. */
const asked = process.env['SEED']

const tell = async (seed: number): Promise<{ lines: string[]; violation: unknown }> => {
  const lines: string[] = []
  const { violation } = await runSchedule(seed, undefined, line => lines.push(line))
  return { lines, violation }
}

test.runIf(asked !== undefined)('the schedule that was asked for', async () => {
  const { lines, violation } = await tell(Number(asked))
  console.log(lines.join('\n'))
  expect(violation).toBeNull()
})

describe.skipIf(asked !== undefined)('a backend under bad weather', () => {
  test('keeps its rules, and everything that can happen does', { timeout: 120_000 }, async () => {
    const { found, seen } = await runRange(0, 4000, 1)
    expect(found.map(replayOf)).toEqual([])
    expect(seen).toEqual(
      expect.arrayContaining([
        'stopped by alarm: idle',
        'stopped by sweep: idle',
        'stopped by agent: idle',
        'stopped by sweep: failed-start',
        'stopped by sweep: max-lifetime',
        'stopped by user: asked',
        'ends: interrupted',
        'ends: failed-start, capacity',
        'ends: failed-start, quota',
        'ends: failed-start, image',
        'ends: failed-start, database',
        'ends: failed-start, lost',
        'ends: failed-start, unhealthy',
        'falls back from Spot',
        'starts again',
      ]),
    )
  })

  test('tells the same story for the same seed', async () => {
    for (const seed of [1, 2, 3]) {
      const { lines } = await tell(seed)
      expect(lines.length).toBeGreaterThan(10)
      expect((await tell(seed)).lines).toEqual(lines)
    }
  })
})

describe.skipIf(asked !== undefined)('planted bugs are found', () => {
  test.for(Object.entries(PLANTED))('%s', { timeout: 120_000 }, async ([, bugs]) => {
    const { found } = await runRange(0, 20_000, 1, bugs)
    expect(found).toHaveLength(1)
    expect(found.map(replayOf).join()).toMatch(/Replay: SEED=\d+/)
  })
})
