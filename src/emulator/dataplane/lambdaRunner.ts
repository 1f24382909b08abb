import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../packageRoot.ts'
import { AwsError, type Call, type Invoked } from '../service.ts'
import type { FunctionRow } from '../services/lambda/functionRow.ts'
import { functionEnvironment } from './functionEnvironment.ts'
import { endLines, logGroupOf, startLines, streamName, writeLog } from './functionLog.ts'
import { Sandbox } from './sandbox.ts'
import { unpacked } from './unpack.ts'

const IDLE_MS = 60_000

export interface LambdaRunner {
  /** Runs a function on an event (JSON text). Throws AwsError when too many of it run already, or it is not Node. */
  invoke(call: Call, row: FunctionRow, event: string): Promise<Invoked>
  /** Ends every process. */
  close(): Promise<void>
}

/** A sandbox and what it is good for: a change of code or configuration makes a new revision, and so a new process. */
interface Place {
  readonly arn: string
  readonly revision: string
  readonly sandbox: Sandbox
  busy: boolean
  write(messages: readonly string[]): void
  log: string[]
}

/** `callOf` makes a call at the present time of the emulator's clock. */
export const openLambdaRunner = async (
  callOf: (service: string, region: string) => Call,
  report: (error: unknown) => void,
): Promise<LambdaRunner> => {
  const places = new Map<string, Place>()
  const running = new Set<Promise<Invoked>>()
  let closing = false

  // The process's id stands in the path, so that one listener serves all of them.
  const api = createServer((request, response) => {
    const [, id = '', path = ''] = /^\/([^/]+)\/2018-06-01\/runtime\/(.+)$/.exec(request.url ?? '') ?? []
    const place = places.get(id)
    if (!place) response.writeHead(404).end()
    else place.sandbox.answer(path, request, response).catch(report)
  })
  api.requestTimeout = 0
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const { port } = api.address() as AddressInfo

  const end = async (id: string): Promise<void> => {
    const sandbox = places.get(id)?.sandbox
    places.delete(id)
    if (sandbox?.idle) clearTimeout(sandbox.idle)
    await sandbox?.end()
  }

  const start = async (call: Call, row: FunctionRow): Promise<[string, Place]> => {
    const id = randomUUID()
    const stream = streamName(call.now)
    const taskRoot = await unpacked(row.code, call.folder('tasks'))
    const env = functionEnvironment(call, row, { taskRoot, stream, runtimeApi: `127.0.0.1:${port}/${id}` })
    const child = spawn(process.execPath, [bootstrap()], {
      cwd: taskRoot,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const write = (messages: readonly string[]): void => {
      place.log.push(...messages)
      writeLog(callOf('logs', call.region), logGroupOf(row), stream, messages)
    }
    const place: Place = {
      arn: row.arn,
      revision: row.revision,
      sandbox: new Sandbox(child, line => write([line])),
      busy: true,
      write,
      log: [],
    }
    places.set(id, place)
    return [id, place]
  }

  /** A warm process of this revision, or a new one; those of older revisions end. */
  const take = async (call: Call, row: FunctionRow): Promise<[string, Place]> => {
    for (const [id, place] of places)
      if (place.arn === row.arn && !place.busy && (place.revision !== row.revision || place.sandbox.ended))
        await end(id)
    const warm = [...places].find(
      ([, place]) => place.arn === row.arn && place.revision === row.revision && !place.busy,
    )
    if (!warm) return start(call, row)
    const [, place] = warm
    place.busy = true
    if (place.sandbox.idle) clearTimeout(place.sandbox.idle)
    return warm
  }

  const giveBack = (id: string, place: Place): void => {
    place.busy = false
    if (place.sandbox.ended) places.delete(id)
    else place.sandbox.idle = setTimeout(() => void end(id), IDLE_MS).unref()
  }

  const run = async (call: Call, row: FunctionRow, event: string): Promise<Invoked> => {
    const [id, place] = await take(call, row)
    const requestId = randomUUID()
    const { timeoutSeconds, memoryMb } = row.settings
    place.log = []
    place.write(startLines(row, requestId, call.now))
    if (closing) await place.sandbox.end()
    const outcome = await place.sandbox.run({ requestId, functionArn: row.arn, timeoutSeconds, event })
    place.write(endLines(row, requestId, callOf('logs', call.region).now, { ...outcome, memoryMb }))
    const { log } = place
    giveBack(id, place)
    return { payload: outcome.payload, failed: outcome.failed, log }
  }

  return {
    async invoke(call, row, event) {
      if (!row.settings.runtime.startsWith('nodejs'))
        throw new AwsError('NotImplemented', 'The embedded AWS runs functions of the Node runtimes only', {
          status: 501,
        })
      const busy = [...places.values()].filter(place => place.arn === row.arn && place.busy).length
      if (row.reservedConcurrency !== null && busy >= row.reservedConcurrency)
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
          status: 429,
          fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
        })
      const invocation = run(call, row, event)
      running.add(invocation)
      return invocation.finally(() => running.delete(invocation))
    },
    async close() {
      closing = true
      await Promise.all([...places.keys()].map(end))
      await Promise.allSettled(running)
      const closed = once(api, 'close')
      api.close()
      api.closeAllConnections()
      await closed
    },
  }
}

/** The runtime's file: of the bundle when we are part of one, else the source. */
const bootstrap = (): string => {
  const root = packageRoot(import.meta.url)
  const bundled = fileURLToPath(import.meta.url).startsWith(join(root, 'dist') + sep)
  return bundled
    ? join(root, 'dist', 'emulator', 'bootstrap.js')
    : join(root, 'src', 'emulator', 'dataplane', 'bootstrap.ts')
}
