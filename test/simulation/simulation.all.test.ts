import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { replayOf, type Summary } from './range.ts'

const SCHEDULES = Number(process.env['SCHEDULES'] ?? 100_000)
/** Seeds that the short test does not run. */
const FIRST = Number(process.env['FIRST_SEED'] ?? 1_000_000)

const inWorker = (first: number, count: number): Promise<Summary> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { first, count } })
    worker.once('message', resolve).once('error', reject)
  })

test(`no rule is broken in ${SCHEDULES} schedules`, { timeout: 900_000 }, async () => {
  const began = performance.now()
  const before = process.cpuUsage()
  const workers = availableParallelism()
  const share = Math.ceil(SCHEDULES / workers)
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, index) => inWorker(FIRST + index * share, share)),
  )
  const seconds = (performance.now() - began) / 1000
  const cpuSeconds = process.cpuUsage(before).user / 1e6 / workers
  console.log(
    `${SCHEDULES} schedules on ${workers} threads in ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processor each`,
  )
  expect(parts.flatMap(({ found }) => found).map(replayOf)).toEqual([])
  expect(parts.reduce((sum, { schedules }) => sum + schedules, 0)).toBeGreaterThanOrEqual(SCHEDULES)
  // Of the processor: how long that takes by the clock is up to what else runs here.
  expect(cpuSeconds / SCHEDULES).toBeLessThan(120 / 100_000)
})
