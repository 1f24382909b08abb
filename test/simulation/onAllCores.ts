import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Summary } from './range.ts'

const inWorker = (first: number, count: number): Promise<Summary> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { first, count } })
    worker.once('message', resolve).once('error', reject)
  })

/** Runs at least `schedules` schedules, from the seed `first` on, on every core of this machine. */
export const onAllCores = (first: number, schedules: number): Promise<Summary[]> => {
  const workers = availableParallelism()
  const share = Math.ceil(schedules / workers)
  return Promise.all(Array.from({ length: workers }, (_, index) => inWorker(first + index * share, share)))
}
