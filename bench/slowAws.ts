import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmulator } from '../src/emulator/server.ts'

/**
 * The embedded AWS as a process of its own in which every call takes `delayMs` longer. Speaks over IPC:
 * `{ delayMs }` sets the delay and forgets the calls so far, `'calls'` answers them with inputs, `'stop'` ends it.
 */
export interface SlowCall {
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly input: unknown
  readonly startedMs: number
  readonly endedMs: number
}

const folder = await mkdtemp(join(tmpdir(), 'storyarch-bench-'))
let delayMs = 0
let calls: SlowCall[] = []
const started = new Map<string, number>()

/** Bodies are streams, and stay here. */
const sendable = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'Body'))

const emulator = await startEmulator({
  folder,
  intercept: async ({ service, operation, region, requestId, input }, phase) => {
    if (phase === 'before') {
      started.set(requestId, performance.now())
      if (delayMs > 0) await sleep(delayMs)
    } else {
      const startedMs = started.get(requestId) ?? 0
      calls.push({
        service,
        operation,
        region,
        input: sendable(input),
        startedMs,
        endedMs: performance.now(),
      })
    }
    return undefined
  },
})

process.on('message', async (message: { delayMs: number } | 'calls' | 'stop') => {
  if (message === 'calls') process.send?.(calls)
  else if (message === 'stop') {
    await emulator.close()
    await rm(folder, { recursive: true })
    process.disconnect()
  } else {
    delayMs = message.delayMs
    calls = []
    process.send?.('set')
  }
})
process.send?.({ endpoint: emulator.endpoint })
