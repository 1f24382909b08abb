import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lifeOf } from '../../src/operations/life.ts'
import { breakdown, phasesOf } from '../../src/operations/phases.ts'
import type { SeenTask } from '../../src/operations/seeTask.ts'

const task = (times: Partial<SeenTask>): SeenTask => ({
  lastStatus: 'PENDING',
  pullStartedMs: null,
  pullStoppedMs: null,
  startedMs: null,
  stoppedMs: null,
  stopCode: null,
  stoppedReason: null,
  containers: [],
  ...times,
})

const starting = { startedAt: 100, readyAt: null, timings: null }

describe('the phases of a start', () => {
  test.each([
    ['nothing is known of a start that nobody made', { startedAt: null, readyAt: null }, null, []],
    ['ECS looks for a place', starting, null, [['schedule', 100_000, null]]],
    [
      'the image is pulled',
      starting,
      task({ pullStartedMs: 108_000 }),
      [
        ['schedule', 100_000, 108_000],
        ['pull', 108_000, null],
      ],
    ],
    [
      'the app boots',
      starting,
      task({ pullStartedMs: 108_000, pullStoppedMs: 120_000, startedMs: 121_000 }),
      [
        ['schedule', 100_000, 108_000],
        ['pull', 108_000, 120_000],
        ['database', 120_000, 121_000],
        ['app', 121_000, null],
      ],
    ],
  ] as const)('%s', (_, life, seen, phases) => {
    expect(phasesOf(life, seen).map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual(phases)
  })

  test('come in order, and all but the last are over', () => {
    const mark = fc.option(fc.nat(100_000), { nil: null })
    fc.assert(
      fc.property(
        mark,
        mark,
        mark,
        fc.option(fc.nat(100), { nil: null }),
        (pullStartedMs, pullStoppedMs, startedMs, readyAt) => {
          const phases = phasesOf(
            { startedAt: 0, readyAt },
            task({ pullStartedMs, pullStoppedMs, startedMs }),
          )
          for (const { startMs, endMs } of phases)
            if (endMs !== null) expect(endMs).toBeGreaterThanOrEqual(startMs)
          for (const { endMs } of phases.slice(0, -1)) expect(endMs).not.toBeNull()
        },
      ),
    )
  })

  test("a breakdown is the agent's, and ECS's for what the agent did not measure", () => {
    const seen = task({ pullStartedMs: 108_000, pullStoppedMs: 120_000, startedMs: 121_000 })
    const ready = { startedAt: 100, readyAt: 123, timings: { database: 400 } }
    expect(breakdown(ready, seen)).toEqual({ schedule: 8000, pull: 12_000, database: 400, app: 2000 })
    expect(breakdown({ ...ready, timings: null }, null)).toBeNull()
  })
})

describe('the item of a life', () => {
  test('that was never written is a backend that never ran', () => {
    expect(lifeOf({ task_id: 'main' })).toMatchObject({ state: 'ASLEEP', generation: 0, sessions: [] })
  })

  test('with fields of other types, or made by other means, is read as far as it goes', () => {
    expect(
      lifeOf({ state: 'READY', generation: 'x', expires_at: null, sessions: [1, { generation: 3 }] }),
    ).toMatchObject({
      state: 'READY',
      generation: 0,
      expiresAt: null,
      sessions: [{ generation: 3, startedAt: null }],
    })
  })

  test('in a state that nobody knows is an error', () => {
    expect(() => lifeOf({ state: 'DREAMING' })).toThrow('unknown state "DREAMING"')
  })
})
