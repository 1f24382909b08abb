import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holding, type Lease } from '../../src/engine/lease.ts'
import { UserError } from '../../src/errors.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const RECORD = { serial: 1, holder: null, unfinished: false, standing: [] }

/** Holds a lease that answers each heartbeat by the next of `answers`, until as many heartbeats are over; answers why it was lost. */
const heldThrough = async (...answers: (() => Promise<void>)[]): Promise<unknown> => {
  const asked = answers.values()
  const lease: Lease = {
    heartbeatMs: 1000,
    read: async () => null,
    acquire: async () => RECORD,
    extend: () => asked.next().value?.() ?? Promise.resolve(),
    release: async () => {},
  }
  const options = { force: false, signal: new AbortController().signal }
  return holding(lease, options, async (_record, signal) => {
    await vi.advanceTimersByTimeAsync(1000 * answers.length)
    return { result: signal.reason, ending: null }
  })
}

const good = async () => {}
const fails = async () => {
  throw new Error('socket hang up')
}
const hangs = () => new Promise<void>(() => {})
const taken = async () => {
  throw new UserError('somebody else has it', 'wait', { exitCode: 4 })
}

test('a heartbeat that fails takes no lease away', async () => {
  expect(await heldThrough(good, fails, good, hangs, good, fails, good)).toBeUndefined()
})

test('a lease that somebody else has by now is lost', async () => {
  expect(await heldThrough(good, taken)).toMatchObject({ exitCode: 4 })
})

test('a lease that could not be extended for most of its life is lost before it expires', async () => {
  expect(await heldThrough(fails, hangs)).toBeUndefined()
  expect(await heldThrough(good, fails, hangs, good)).toMatchObject({ exitCode: 3 })
})
