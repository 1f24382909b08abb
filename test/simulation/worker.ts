import { parentPort, workerData } from 'node:worker_threads'
import { runRange } from './range.ts'

const { first, count } = workerData as { first: number; count: number }
parentPort?.postMessage(await runRange(first, count, 1))
