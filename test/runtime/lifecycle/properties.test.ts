import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claim, giveUp, heartbeat, type Me, ready } from '../../../src/runtime/lifecycle/agent.ts'
import { turn } from '../../../src/runtime/lifecycle/agentTurn.ts'
import { CLOCK_MARGIN_SECONDS } from '../../../src/runtime/lifecycle/due.ts'
import { type EndedTask, ended } from '../../../src/runtime/lifecycle/ended.ts'
import { launched, launchFailed } from '../../../src/runtime/lifecycle/launch.ts'
import { ping, relaunch } from '../../../src/runtime/lifecycle/ping.ts'
import { start } from '../../../src/runtime/lifecycle/start.ts'
import type { Step } from '../../../src/runtime/lifecycle/step.ts'
import { stopIfDue, stopNow } from '../../../src/runtime/lifecycle/stop.ts'
import { NEVER_RAN, type Task } from '../../../src/runtime/lifecycle/task.ts'
import { anyTask, NOW, SETTINGS } from './anyTask.ts'

type Transition = (task: Task, now: number) => Step<string>

const me: fc.Arbitrary<Me> = fc.record({
  generation: fc.nat({ max: 8 }),
  taskArn: fc.constantFrom('arn:a', 'arn:b'),
})
const use = fc.record({
  connections: fc.nat({ max: 1 }),
  busyUntil: fc.option(fc.integer({ min: NOW, max: NOW + 9000 })),
})
const end: fc.Arbitrary<EndedTask> = fc.record({
  taskArn: fc.option(fc.constantFrom('arn:a', 'arn:b')),
  generation: fc.option(fc.nat({ max: 8 })),
  stopCode: fc.option(fc.constantFrom('UserInitiated', 'SpotInterruption', 'TaskFailedToStart')),
  reason: fc.option(fc.constantFrom('Capacity is unavailable', 'CannotPullContainerError', '')),
  exitCodes: fc.dictionary(fc.constantFrom('app', 'restore'), fc.nat({ max: 2 })),
  containerReasons: fc.constant([]),
})
const report = { publicIp: null, url: null, timings: {} }
const why = { failure: 'database', reason: 'Broken.' } as const

/** Everything that can happen to a task, from whomever it comes, whether it fits or not. */
const transition: fc.Arbitrary<Transition> = fc.oneof(
  fc.boolean().map<Transition>(spot => (task, now) => start(task, { by: 'x' }, now, { ...SETTINGS, spot })),
  fc.constant<Transition>((task, now) => ping(task, now, SETTINGS)),
  fc.constant<Transition>((task, now) => relaunch(task, now)),
  me.map<Transition>(one => task => launched(task, one)),
  me.map<Transition>(
    ({ generation }) =>
      (task, now) =>
        launchFailed(task, { generation, failure: 'capacity', message: 'No room.' }, now, SETTINGS),
  ),
  me.map<Transition>(one => (task, now) => claim(task, one, now)),
  me.map<Transition>(one => (task, now) => ready(task, one, report, now, SETTINGS)),
  fc.tuple(me, use).map<Transition>(
    ([one, use]) =>
      (task, now) =>
        heartbeat(task, one, use, now, SETTINGS),
  ),
  fc.tuple(me, use).map<Transition>(
    ([one, use]) =>
      (task, now) =>
        turn(task, one, use, now, { settings: SETTINGS, graceSeconds: 60 }),
  ),
  me.map<Transition>(one => (task, now) => giveUp(task, one, why, now)),
  fc
    .constantFrom('alarm' as const, 'sweep' as const)
    .map<Transition>(by => (task, now) => stopIfDue(task, { by, graceSeconds: 0 }, now, SETTINGS)),
  fc.constant<Transition>((task, now) => stopNow(task, { by: 'x' }, now)),
  end.map<Transition>(one => (task, now) => ended(task, one, now, SETTINGS)),
)

const LEGAL: Readonly<Record<Task['state'], readonly Task['state'][]>> = {
  ASLEEP: ['STARTING'],
  STARTING: ['STARTING', 'READY', 'STOPPING', 'ASLEEP'],
  READY: ['READY', 'STOPPING', 'ASLEEP'],
  STOPPING: ['STOPPING', 'ASLEEP', 'STARTING'],
}

const judge = (before: Task, { task: after, effects }: Step<string>, now: number): void => {
  if (after === before) {
    expect(effects.every(({ kind }) => kind === 'publishPing')).toBe(true)
    return
  }
  expect(LEGAL[before.state]).toContain(after.state)
  const turned = after.generation !== before.generation
  expect(after.generation).toBe(turned ? before.generation + 1 : before.generation)
  if (turned)
    expect(after).toMatchObject({ state: 'STARTING', taskArn: null, readyAt: null, stopCause: null })
  // Of one generation there is one task, and a name is never taken away.
  if (!turned && before.taskArn !== null) expect(after.taskArn).toBe(before.taskArn)
  if (!turned && after.state !== 'ASLEEP')
    expect(after.expiresAt ?? 0).toBeGreaterThanOrEqual(before.expiresAt ?? 0)
  if (after.state === 'STOPPING' || (after.state === 'ASLEEP' && before.state !== 'ASLEEP')) {
    expect(after.stopCause).not.toBeNull()
    expect(after.stopReason).toBeTruthy()
  }
  if (after.stopCause === 'idle' && before.stopCause !== 'idle')
    expect(now).toBeGreaterThan((before.expiresAt ?? 0) + CLOCK_MARGIN_SECONDS)
  if (before.state !== 'ASLEEP' && after.state === 'ASLEEP')
    expect(after.sessions[0]).toMatchObject({ generation: before.generation, stopCause: after.stopCause })
  for (const effect of effects) {
    if (effect.kind === 'launch')
      expect(effect).toMatchObject({ generation: after.generation, startedAt: after.startedAt })
    if (effect.kind === 'stopTask') expect([after.state, effect.taskArn]).toEqual(['STOPPING', after.taskArn])
  }
}

describe('any life', () => {
  test('keeps the rules at every step', () => {
    const story = fc.array(fc.tuple(transition, fc.double({ min: 0, max: 120, noNaN: true })), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(story, steps => {
        let task = NEVER_RAN
        let now = NOW
        for (const [change, seconds] of steps) {
          now += seconds
          const step = change(task, now)
          judge(task, step, now)
          task = step.task
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('that nobody can have left does not lead astray either', () => {
    fc.assert(
      fc.property(anyTask, transition, (task, change) => {
        const { task: after } = change(task, NOW)
        expect(after.generation - task.generation).toBeOneOf([0, 1])
        expect(after.sessions.length).toBeLessThanOrEqual(10)
      }),
      { numRuns: 2000 },
    )
  })

  test('a message that comes again changes nothing', () => {
    fc.assert(
      fc.property(anyTask, end, me, (task, one, who) => {
        const once = ended(task, one, NOW, SETTINGS)
        expect(ended({ ...once.task, state: 'ASLEEP' }, one, NOW + 1, SETTINGS).outcome).toBe('stale')
        const named = launched(task, who).task
        expect(launched(named, who).task).toBe(named)
        const stopped = stopIfDue(task, { by: 'sweep', graceSeconds: 0 }, NOW, SETTINGS)
        if (stopped.outcome === 'stopped')
          expect(
            stopIfDue(stopped.task, { by: 'alarm', graceSeconds: 0 }, NOW + 9999, SETTINGS).effects,
          ).toEqual([])
      }),
    )
  })
})
