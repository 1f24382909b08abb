import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startLocal, stopLocal } from '../src/emulator/process.ts'
import type { Section } from './report.ts'
import { median } from './statistics.ts'

const ROUNDS = 7
const CALLS = 4_000
const AT_ONCE = 32

/** One ListTables over the wire, without an SDK's own cost; resolves once the answer was read. */
const listTables = async ({ port }: Running, agent: Agent): Promise<void> => {
  const call = request({
    agent,
    port,
    host: '127.0.0.1',
    method: 'POST',
    headers: {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
      authorization:
        'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
  })
  call.end('{}')
  const [answer] = await once(call, 'response')
  if (answer.statusCode !== 200) throw new Error(`ListTables was answered with ${answer.statusCode}`)
  answer.resume()
  await once(answer, 'end')
}

const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

const callsPerSecond = async (running: Running): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const startedMs = performance.now()
  let left = CALLS
  const worker = async () => {
    while (left-- > 0) await listTables(running, agent)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  agent.destroy()
  return CALLS / ((performance.now() - startedMs) / 1000)
}

/** The background process as `--local` starts it: from nothing to the first answer, its memory, its speed. */
export const embeddedAws = async (): Promise<Section> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-bench-'))
  try {
    const starts: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = performance.now()
      const running = await startLocal(folder, { latency: 0 })
      await listTables(running, new Agent())
      starts.push(performance.now() - startedMs)
      if (round < ROUNDS - 1) await stopLocal(folder)
    }
    const running = await startLocal(folder, { latency: 0 })
    const idleMb = await residentMb(running.pid)
    const rate = await callsPerSecond(running)
    const busyMb = await residentMb(running.pid)
    const row = (what: string, value: number, unit: string, limit: number | null, note: string) => ({
      what,
      value,
      unit,
      limit,
      note,
    })
    return {
      title: 'Embedded AWS',
      rows: [
        row(
          'start to first answer',
          median(starts),
          'ms',
          400,
          `median of ${ROUNDS}, process start included`,
        ),
        row('memory after the first answer', idleMb, 'MB', null, 'resident'),
        row('memory after the load', busyMb, 'MB', null, 'resident'),
        row('calls per second', rate, '1/s', null, `${CALLS} x ListTables, ${AT_ONCE} at once`),
      ],
    }
  } finally {
    await stopLocal(folder)
    await rm(folder, { recursive: true, force: true })
  }
}
