import { describe, expect, test } from 'vitest'
import { claim, giveUp, heartbeat, ready } from '../../../src/runtime/lifecycle/agent.ts'
import { CLOCK_MARGIN_SECONDS, dueAt, whyDue } from '../../../src/runtime/lifecycle/due.ts'
import { type EndedTask, ended } from '../../../src/runtime/lifecycle/ended.ts'
import { addressed, launched, launchFailed } from '../../../src/runtime/lifecycle/launch.ts'
import { ping, RELAUNCH_AFTER_SECONDS, relaunch } from '../../../src/runtime/lifecycle/ping.ts'
import { pausedUntil, start } from '../../../src/runtime/lifecycle/start.ts'
import { stopIfDue, stopNow } from '../../../src/runtime/lifecycle/stop.ts'
import { NEVER_RAN } from '../../../src/runtime/lifecycle/task.ts'
import { NOW, SETTINGS, task } from './anyTask.ts'

const ME = { generation: 3, taskArn: 'arn:a' }
const STARTING = task({
  state: 'STARTING',
  generation: 3,
  startedAt: NOW,
  launchAt: NOW,
  expiresAt: NOW + 300,
  capacity: 'FARGATE',
})
const NAMED = { ...STARTING, taskArn: 'arn:a' }
const READY = { ...NAMED, state: 'READY' as const, readyAt: NOW + 40 }
const STOPPING = {
  ...READY,
  state: 'STOPPING' as const,
  stopCause: 'idle' as const,
  stopReason: 'Nobody asked.',
}
const ASLEEP = task({ generation: 3 })

const end = (over: Partial<EndedTask> = {}): EndedTask => ({
  taskArn: 'arn:a',
  generation: 3,
  stopCode: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  exitCodes: { app: 1 },
  containerReasons: [],
  ...over,
})

describe('start', () => {
  test('of a sleeping backend begins the next generation, with time enough to come up', () => {
    const { task, outcome, effects } = start(ASLEEP, { by: 'me' }, NOW + 0.25, SETTINGS)
    expect(outcome).toBe('started')
    expect(task).toEqual({
      ...NEVER_RAN,
      state: 'STARTING',
      generation: 4,
      capacity: 'FARGATE',
      wokenBy: 'me',
      startedAt: NOW + 0.25,
      launchAt: NOW + 0.25,
      lastPingAt: NOW,
      expiresAt: NOW + 301,
    })
    expect(effects).toEqual([
      { kind: 'launch', generation: 4, capacity: 'FARGATE', startedAt: NOW + 0.25 },
      { kind: 'publishPing' },
    ])
  })

  test('leaves room for a start deadline longer than the lifetime, and never passes the longest lifetime', () => {
    const patient = { ...SETTINGS, startDeadlineSeconds: 900 }
    expect(start(ASLEEP, { by: '' }, NOW, patient).task.expiresAt).toBe(NOW + 900)
    const short = { ...SETTINGS, maxLifetimeSeconds: 120 }
    expect(start(ASLEEP, { by: '' }, NOW, short).task.expiresAt).toBe(NOW + 120)
  })

  test('waits longer after each failed start, two minutes at most', () => {
    const pause = (failedStarts: number) => pausedUntil(task({ failedStarts, stoppedAt: NOW })) - NOW
    expect([1, 2, 3, 4, 5, 50].map(pause)).toEqual([10, 20, 40, 80, 120, 120])
    expect(pausedUntil(task({ stoppedAt: NOW }))).toBe(0)
    const failed = task({ failedStarts: 1, stoppedAt: NOW, failure: 'app' })
    expect(start(failed, { by: '' }, NOW + 9, SETTINGS)).toEqual({
      task: failed,
      outcome: 'paused',
      effects: [],
    })
    expect(start(failed, { by: '' }, NOW + 10, SETTINGS).outcome).toBe('started')
  })

  test('of a stopping one is remembered', () => {
    expect(start(STOPPING, { by: '' }, NOW, SETTINGS).task).toEqual({ ...STOPPING, wantAgain: true })
  })
})

describe('ping', () => {
  test('makes the task live a lifetime from now, up to its longest life', () => {
    expect(ping(READY, NOW + 100.5, SETTINGS).task).toMatchObject({
      expiresAt: NOW + 401,
      lastPingAt: NOW + 100,
    })
    expect(ping(READY, NOW + 3500, SETTINGS).task.expiresAt).toBe(NOW + 3600)
  })

  test('of a slow clock takes nothing away', () => {
    const { task } = ping({ ...READY, expiresAt: NOW + 900, lastPingAt: NOW + 600 }, NOW + 10, SETTINGS)
    expect(task).toMatchObject({ expiresAt: NOW + 900, lastPingAt: NOW + 600 })
  })

  test('saves an expired task that nobody has stopped yet', () => {
    expect(ping({ ...READY, expiresAt: NOW - 60 }, NOW, SETTINGS).task.expiresAt).toBe(NOW + 300)
  })

  test('wakes nobody, and does not undo a stop on purpose', () => {
    expect(ping(ASLEEP, NOW, SETTINGS)).toEqual({ task: ASLEEP, outcome: 'asleep', effects: [] })
    const onPurpose = { ...STOPPING, stopCause: 'asked' as const }
    expect(ping(onPurpose, NOW, SETTINGS)).toEqual({ task: onPurpose, outcome: 'stopping', effects: [] })
    expect(ping(STOPPING, NOW, SETTINGS).task.wantAgain).toBe(true)
  })

  test('asks again for a task that was never heard of, with the same request', () => {
    const late = NOW + RELAUNCH_AFTER_SECONDS + 1
    const { effects } = ping(STARTING, late, SETTINGS)
    expect(effects[0]).toEqual({ kind: 'launch', generation: 3, capacity: 'FARGATE', startedAt: NOW })
    expect(relaunch(STARTING, NOW + 5).outcome).toBe('untouched')
    expect(relaunch(NAMED, late).outcome).toBe('untouched')
  })
})

describe('launching', () => {
  test('names the task of the generation, once', () => {
    expect(launched(STARTING, ME)).toMatchObject({ outcome: 'launched', task: NAMED, effects: [] })
    expect(launched(NAMED, ME).outcome).toBe('known')
    expect(launched(NAMED, { ...ME, taskArn: 'arn:b' })).toMatchObject({ outcome: 'orphaned', task: NAMED })
    expect(launched(STARTING, { ...ME, generation: 2 }).outcome).toBe('orphaned')
    expect(launched(task({ generation: 3 }), ME).outcome).toBe('orphaned')
  })

  test('stops a task that was told to before it had a name', () => {
    const nameless = { ...STOPPING, taskArn: null }
    expect(launched(nameless, ME).effects).toEqual([
      { kind: 'stopTask', taskArn: 'arn:a', reason: 'Nobody asked.' },
    ])
  })

  test('refused for sure is a failed start; without Spot capacity it is the next generation, on demand', () => {
    const no = { generation: 3, failure: 'capacity', message: 'No room.' } as const
    expect(launchFailed(STARTING, no, NOW + 1, SETTINGS).task).toMatchObject({
      state: 'ASLEEP',
      failure: 'capacity',
      failedStarts: 1,
      stopReason: 'No room.',
    })
    const spot = { ...STARTING, capacity: 'FARGATE_SPOT' as const, wokenBy: 'me' }
    expect(launchFailed(spot, no, NOW + 1, SETTINGS).task).toMatchObject({
      state: 'STARTING',
      generation: 4,
      capacity: 'FARGATE',
      wokenBy: 'me',
    })
    // Spot has a quota of its own, so that on-demand may have room.
    expect(launchFailed(spot, { ...no, failure: 'quota' }, NOW + 1, SETTINGS).task).toMatchObject({
      state: 'STARTING',
      generation: 4,
      capacity: 'FARGATE',
    })
    expect(launchFailed(spot, { ...no, failure: 'configuration' }, NOW + 1, SETTINGS).outcome).toBe('asleep')
    expect(launchFailed(NAMED, no, NOW, SETTINGS).outcome).toBe('stale')
    expect(launchFailed(STARTING, { ...no, generation: 2 }, NOW, SETTINGS).outcome).toBe('stale')
  })

  test('an address is noted for the task it belongs to', () => {
    expect(addressed(NAMED, { taskArn: 'arn:a', publicIp: '1.2.3.4' }).task.publicIp).toBe('1.2.3.4')
    expect(addressed(NAMED, { taskArn: 'arn:b', publicIp: '1.2.3.4' }).outcome).toBe('untouched')
  })
})

describe('the agent', () => {
  test('claims its generation, once', () => {
    expect(claim(STARTING, ME, NOW)).toMatchObject({
      outcome: 'alive',
      task: { taskArn: 'arn:a', heartbeatAt: NOW },
    })
    expect(claim(NAMED, ME, NOW).outcome).toBe('alive')
    expect(claim(NAMED, { ...ME, taskArn: 'arn:b' }, NOW)).toMatchObject({ outcome: 'fenced', task: NAMED })
    expect(claim(STARTING, { ...ME, generation: 2 }, NOW).outcome).toBe('fenced')
    expect(claim(task({ generation: 3 }), ME, NOW).outcome).toBe('fenced')
    expect(claim(STOPPING, ME, NOW).outcome).toBe('stopping')
  })

  test('reports the app ready: a full lifetime from then on, and failures are forgotten', () => {
    const report = { publicIp: null, url: 'http://127.0.0.1:9', timings: { bootMs: 7 } }
    const { task, effects } = ready({ ...NAMED, failedStarts: 2 }, ME, report, NOW + 100, SETTINGS)
    expect(task).toMatchObject({
      state: 'READY',
      readyAt: NOW + 100,
      expiresAt: NOW + 400,
      url: 'http://127.0.0.1:9',
      timings: { bootMs: 7 },
      failedStarts: 0,
    })
    expect(effects).toEqual([{ kind: 'publishPing' }])
    expect(ready(STOPPING, ME, report, NOW, SETTINGS)).toEqual({
      task: STOPPING,
      outcome: 'stopping',
      effects: [],
    })
    expect(ready(READY, ME, report, NOW + 200, SETTINGS).task).toBe(READY)
  })

  test.for([
    ['connections', { connections: 2, busyUntil: null }, NOW + 1300],
    ['an app that is busy for a moment', { connections: 0, busyUntil: NOW + 1100 }, NOW + 1100],
    ['an app that is busy for ever', { connections: 0, busyUntil: NOW + 99_999 }, NOW + 1300],
    ['nothing', { connections: 0, busyUntil: null }, NOW + 300],
    ['an app that was busy', { connections: 0, busyUntil: NOW + 900 }, NOW + 300],
  ] as const)('by %s lets the task live on', ([, use, expiresAt]) => {
    expect(heartbeat(READY, ME, use, NOW + 1000, SETTINGS).task.expiresAt).toBe(expiresAt)
  })

  test('says why a start comes to nothing', () => {
    const why = { failure: 'database', reason: 'The checksum is wrong.' } as const
    const { task } = giveUp(NAMED, ME, why, NOW)
    expect(task).toMatchObject({
      state: 'STOPPING',
      stopCause: 'failed-start',
      stoppedBy: 'agent',
      failure: 'database',
    })
    expect(ended(task, end({ exitCodes: { restore: 1 } }), NOW, SETTINGS).task).toMatchObject({
      state: 'ASLEEP',
      stopReason: 'The checksum is wrong.',
      failure: 'database',
      failedStarts: 1,
    })
  })
})

describe('what is due', () => {
  const after = (moment: number) => moment + CLOCK_MARGIN_SECONDS + 0.001

  test('is what nobody asked for since it expired', () => {
    expect(whyDue(READY, after(NOW + 299), SETTINGS)).toBeNull()
    expect(whyDue(READY, after(NOW + 300), SETTINGS)).toMatchObject({ cause: 'idle' })
    expect(whyDue(READY, after(NOW + 300), SETTINGS, 60)).toBeNull()
    expect(dueAt(READY, SETTINGS)).toBe(NOW + 310)
  })

  test('is what is too old, pinged or not', () => {
    const pinged = { ...READY, expiresAt: NOW + 3600 }
    expect(whyDue(pinged, after(NOW + 3600), SETTINGS)).toMatchObject({
      cause: 'max-lifetime',
      failure: null,
    })
  })

  test('is a start that is late: it says whether there ever was a task', () => {
    expect(whyDue(NAMED, NOW + 189, SETTINGS)).toBeNull()
    expect(whyDue(NAMED, NOW + 191, SETTINGS)).toMatchObject({ cause: 'failed-start', failure: 'unhealthy' })
    expect(whyDue(STARTING, NOW + 191, SETTINGS)).toMatchObject({ cause: 'failed-start', failure: 'lost' })
  })

  test('is stopped with its cause; what never had a task is asleep at once', () => {
    const by = { by: 'alarm', graceSeconds: 0 } as const
    const { task, effects } = stopIfDue(READY, by, NOW + 400, SETTINGS)
    expect(task).toMatchObject({
      state: 'STOPPING',
      stopCause: 'idle',
      stoppedBy: 'alarm',
      stoppingAt: NOW + 400,
    })
    expect(effects).toEqual([
      { kind: 'stopTask', taskArn: 'arn:a', reason: 'Nobody asked for it for 300 s.' },
    ])
    expect(stopIfDue(STARTING, by, NOW + 400, SETTINGS)).toMatchObject({
      outcome: 'stopped',
      task: { state: 'ASLEEP', failure: 'lost' },
      effects: [],
    })
    for (const still of [ASLEEP, STOPPING])
      expect(stopIfDue(still, by, NOW + 9999, SETTINGS).task).toBe(still)
  })

  test('is stopped on purpose at any time', () => {
    expect(stopNow(READY, { by: 'me' }, NOW).task).toMatchObject({
      stopCause: 'asked',
      stopReason: 'me stopped it.',
    })
    expect(stopNow({ ...STOPPING, wantAgain: true }, { by: 'me' }, NOW).task).toEqual(STOPPING)
    expect(stopNow(ASLEEP, { by: 'me' }, NOW).outcome).toBe('asleep')
  })
})

describe('the end of a task', () => {
  test('leaves a session', () => {
    const { task } = ended({ ...READY, wokenBy: 'me', timings: { bootMs: 7 } }, end(), NOW + 500, SETTINGS)
    expect(task).toMatchObject({
      state: 'ASLEEP',
      taskArn: 'arn:a',
      expiresAt: null,
      publicIp: null,
      exitCodes: { app: 1 },
    })
    expect(task.sessions).toEqual([
      {
        generation: 3,
        wokenBy: 'me',
        startedAt: NOW,
        readyAt: NOW + 40,
        stoppedAt: NOW + 500,
        stopCause: 'ended',
        stopReason: 'Container app ended with exit code 1.',
        failure: null,
        timings: { bootMs: 7 },
      },
    ])
  })

  test('keeps the latest ten', () => {
    const old = ended(READY, end(), NOW, SETTINGS).task.sessions
    const full = { ...READY, sessions: Array.from({ length: 10 }, () => old).flat() }
    expect(ended(full, end(), NOW, SETTINGS).task.sessions).toHaveLength(10)
  })

  test.for([
    ['another task', READY, end({ taskArn: 'arn:b' })],
    ['an older generation of a start without a name', STARTING, end({ generation: 2 })],
    ['a stranger, of a start without a name', STARTING, end({ generation: null })],
    ['a task already asleep', ASLEEP, end()],
  ] as const)('of %s is stale', ([, before, end]) => {
    expect(ended(before, end, NOW, SETTINGS)).toEqual({ task: before, outcome: 'stale', effects: [] })
  })

  test('of a start without a name is known by its number', () => {
    expect(ended(STARTING, end(), NOW, SETTINGS).task).toMatchObject({
      state: 'ASLEEP',
      taskArn: 'arn:a',
      failure: 'app',
    })
  })

  test('with somebody waiting begins the next generation, unless it had failed', () => {
    const wanted = { ...STOPPING, wantAgain: true }
    expect(ended(wanted, end(), NOW, SETTINGS).task).toMatchObject({
      state: 'STARTING',
      generation: 4,
      wantAgain: false,
    })
    expect(ended(wanted, end(), NOW, SETTINGS).task.sessions).toHaveLength(1)
    const failed = { ...wanted, failure: 'unhealthy' as const }
    expect(ended(failed, end(), NOW, SETTINGS).task).toMatchObject({
      state: 'ASLEEP',
      generation: 3,
      wantAgain: false,
    })
  })

  test('for want of Spot capacity is a new start on demand, and no failure', () => {
    const spot = { ...NAMED, capacity: 'FARGATE_SPOT' as const }
    const no = end({
      stopCode: 'TaskFailedToStart',
      reason: 'Capacity is unavailable at this time.',
      exitCodes: {},
    })
    expect(ended(spot, no, NOW, SETTINGS).task).toMatchObject({
      state: 'STARTING',
      generation: 4,
      capacity: 'FARGATE',
      failedStarts: 0,
    })
  })
})
