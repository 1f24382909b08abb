import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { FAULTS } from './faults.ts'

const AT_ONCE = 2
/** Each call meets two of the five faults, which takes minutes; with STORYARCH_FAULTS=all every one. */
const FAULTS_OF_A_CALL = process.env['STORYARCH_FAULTS'] === 'all' ? FAULTS.length : 2
const run = promisify(execFile)

/** What `breakEachCall.ts` says of each fault; so many at once as the smallest CI machine has cores. */
const results = (() => {
  const waiting = [...FAULTS]
  const told = new Map<string, PromiseWithResolvers<Record<string, unknown>>>()
  for (const fault of FAULTS) told.set(fault, Promise.withResolvers())
  const next = async (): Promise<void> => {
    const fault = waiting.shift()
    if (fault === undefined) return
    const program = join(import.meta.dirname, 'breakEachCall.ts')
    const { resolve, reject } = told.get(fault) ?? Promise.withResolvers()
    await run(process.execPath, [program, fault, String(FAULTS_OF_A_CALL)]).then(
      ({ stdout }) => resolve(JSON.parse(stdout)),
      reject,
    )
    return next()
  }
  for (let slot = 0; slot < AT_ONCE; slot++) void next()
  return told
})()

describe.each(FAULTS)('%s at a single call of up, then up again', fault => {
  test('reaches the same state, with nothing left to do', async () => {
    const { calls, mended, resources, wished, left, wrong } = (await results.get(fault)?.promise) ?? {}
    expect(calls).toBeGreaterThan(200)
    expect(mended).toBeGreaterThan((100 * FAULTS_OF_A_CALL) / FAULTS.length)
    expect(resources).toBe(wished)
    expect(left).toEqual([])
    expect(wrong).toEqual([])
  }, 3_600_000)
})
