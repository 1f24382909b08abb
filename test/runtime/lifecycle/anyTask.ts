import fc from 'fast-check'
import type { Settings } from '../../../src/runtime/lifecycle/settings.ts'
import { NEVER_RAN, type Task } from '../../../src/runtime/lifecycle/task.ts'

export const SETTINGS: Settings = {
  lifetimeSeconds: 300,
  maxLifetimeSeconds: 3600,
  startDeadlineSeconds: 180,
  spot: false,
}

export const NOW = 1_800_000_000

/** A task as a life has left it; unsaid members are those of one that never ran. */
export const task = (members: Partial<Task>): Task => ({ ...NEVER_RAN, ...members })

const moment = fc.option(fc.double({ min: NOW - 10_000, max: NOW + 10_000, noNaN: true }))
const second = fc.option(fc.integer({ min: NOW - 10_000, max: NOW + 10_000 }))
const text = fc.option(fc.string({ maxLength: 20 }))
const numbers = fc.option(fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.nat(), { maxKeys: 3 }))
const cause = fc.constantFrom('idle', 'max-lifetime', 'asked', 'failed-start', 'interrupted', 'ended')
const failure = fc.option(fc.constantFrom('capacity', 'image', 'database', 'app', 'unhealthy', 'lost'))

const session = fc.record({
  generation: fc.nat(),
  wokenBy: text,
  startedAt: moment,
  readyAt: moment,
  stoppedAt: fc.integer({ min: NOW - 10_000, max: NOW }),
  stopCause: cause,
  stopReason: fc.string({ minLength: 1, maxLength: 20 }),
  failure,
  timings: numbers,
})

/** Any task at all, sensible or not. */
export const anyTask: fc.Arbitrary<Task> = fc.record({
  state: fc.constantFrom('ASLEEP', 'STARTING', 'READY', 'STOPPING'),
  generation: fc.nat({ max: 100 }),
  taskArn: fc.option(fc.constantFrom('arn:a', 'arn:b')),
  capacity: fc.option(fc.constantFrom('FARGATE', 'FARGATE_SPOT')),
  publicIp: text,
  url: text,
  wokenBy: text,
  startedAt: moment,
  launchAt: moment,
  readyAt: moment,
  expiresAt: second,
  lastPingAt: second,
  heartbeatAt: second,
  stoppingAt: moment,
  stoppedAt: moment,
  wantAgain: fc.boolean(),
  stopCause: fc.option(cause),
  stoppedBy: fc.option(fc.constantFrom('alarm', 'sweep', 'agent', 'user', 'ecs')),
  stopReason: text,
  failure,
  failedStarts: fc.nat({ max: 10 }),
  exitCodes: numbers,
  timings: numbers,
  sessions: fc.array(session, { maxLength: 10 }),
})
