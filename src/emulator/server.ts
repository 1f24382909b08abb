import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answer } from './answer.ts'
import { CallLog } from './calls.ts'
import { pacedClock } from './clock.ts'
import type { DataPlane } from './dataplane/dataPlane.ts'
import { doorsOf, MOVES_DOORS } from './dataplane/doors.ts'
import { partsAtWork, regionsWith, stirredBy, tasksAreLeft } from './dataplane/stirs.ts'
import type { Driver } from './dataplane/surroundings.ts'
import { dispatcher } from './dispatch.ts'
import type { Intercept } from './intercept.ts'
import { otherPortFor, portFor } from './ports.ts'
import type { Call } from './service.ts'
import { registryPortId } from './services/ecr/repository.ts'
import { type Handlers, type ServiceName, services } from './services.ts'
import { openStore } from './store.ts'
import { isStranger } from './stranger.ts'
import type { WireResponse } from './wire/protocol.ts'
import { openSchemas } from './wire/schemas.ts'

export interface EmulatorOptions {
  /** Where state is kept; no other emulator may use it meanwhile. */
  readonly folder: string
  /** 0, the default: any free one. */
  readonly port?: number
  /** Scales what AWS takes its time for: 1 is as slow as AWS, 0 (the default) is at once. */
  readonly latency?: number
  /** Epoch milliseconds. */
  readonly clock?: () => number
  /**
   * How many times faster than a real one the clock runs by which alarms, schedules, retries and health checks go; 1 by
   * default. With a `clock` given, how fast that one is.
   */
  readonly pace?: number
  /** What runs the containers of tasks; `process`, the default, runs them as processes of this machine. */
  readonly driver?: Driver
  /** Told in a line of what somebody may miss: an event given up, a container of an earlier life ended. */
  readonly log?: (line: string) => void
  readonly intercept?: Intercept
  /** Told of errors that are no answer of AWS: bugs. They are answered with 500. */
  readonly report?: (error: unknown) => void
  /** Stand in for the built-in handlers of whole services. */
  readonly handlers?: Readonly<Partial<Record<ServiceName, Handlers>>>
}

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly port: number
  /** The AWS calls so far, and the registry's requests. */
  readonly calls: CallLog
  close(): Promise<void>
}

/** Where the server says who it is; no bucket can have this name. */
export const HEALTH_PATH = '/_storyarch/health'

/** Where it says at which loopback addresses APIs and distributions answer, by id. */
export const ADDRESSES_PATH = '/_storyarch/addresses'

/** Where it says how often each operation has been asked for since it started, registry requests among them. */
export const CALLS_PATH = '/_storyarch/calls'

/** The account every caller belongs to, whatever the credentials. */
export const ACCOUNT = '123456789012'

/** One for the whole account: their state lies in us-east-1, whatever region a client signs for. */
const GLOBAL = new Set(['iam', 'cloudfront', 'route53', 'budgets'])

/** Starts the embedded AWS on loopback; it answers when the promise is kept. Throws when the port is taken. */
export const startEmulator = async (options: EmulatorOptions): Promise<Emulator> => {
  const { folder, latency = 0, pace = 1, driver = 'process', report = () => {}, log = () => {} } = options
  const clock = options.clock ?? pacedClock(pace)
  const store = openStore(folder)
  const ports = store.table<number>(ACCOUNT, 'emulator', 'local', 'ports')
  const calls = new CallLog()
  const intercept = options.intercept ?? (() => undefined)
  let endpoint = ''

  const call = (asked: Pick<Call, 'service' | 'operation' | 'region' | 'requestId'>): Call => {
    const of = GLOBAL.has(asked.service) ? { ...asked, region: 'us-east-1' } : asked
    return {
      ...of,
      account: ACCOUNT,
      now: clock(),
      endpoint,
      delay: realMs => realMs * latency,
      table: (name, { service = of.service, region = of.region } = {}) =>
        store.table(ACCOUNT, service, region, name),
      folder: name => {
        const path = join(folder, of.service, of.region, name)
        mkdirSync(path, { recursive: true })
        return path
      },
      port: id => portFor(ports, id, folder),
      invoke: async (name, event) => (await dataPlane()).invoke(name, event, of.region),
    }
  }

  let opened: Promise<DataPlane> | null = null
  /** Loaded when there is something to serve: a start of nothing shall cost nothing. */
  const dataPlane = (): Promise<DataPlane> => {
    opened ??= import('./dataplane/dataPlane.ts').then(({ openDataPlane }) =>
      openDataPlane({
        callOf: (service, region) => call({ service, operation: '', region, requestId: randomUUID() }),
        doors: () => doorsOf(store),
        regionsWith: (service, table) => regionsWith(store, service, table),
        pace,
        driver,
        log,
        otherPort: ({ id }) => otherPortFor(ports, id, folder),
        calls,
        intercept,
        report,
      }),
    )
    return opened
  }
  const registries = new Map<string, Promise<void>>()
  /** ECR says at which port the region's registry listens, so it listens before ECR says anything. */
  const openRegistry = (region: string): Promise<void> => {
    const id = registryPortId(region)
    portFor(ports, id, folder)
    const opening = registries.get(id) ?? dataPlane().then(plane => plane.follow())
    registries.set(id, opening)
    return opening
  }
  const addresses = async (): Promise<WireResponse> =>
    json((await opened)?.addresses() ?? { apis: {}, distributions: {} })

  const dispatch = dispatcher({
    schemas: openSchemas(),
    calls,
    call,
    report,
    intercept,
    handlers: async name =>
      options.handlers?.[name as ServiceName] ?? (await services[name as ServiceName]()),
    lead: async ({ service, region }) => {
      if (service === 'ecr') await openRegistry(region)
    },
    follow: async ({ operation }) => {
      if (MOVES_DOORS.has(operation)) await (await dataPlane()).follow()
      const stirred = stirredBy(operation)
      if (stirred.length > 0) await (await dataPlane()).stir(stirred)
    },
    flush: () => store.flush(),
  })

  const serve = async (request: IncomingMessage): Promise<WireResponse | 'drop'> => {
    if (isStranger(request.headers)) return json({ message: 'Pages of the web may not ask' }, 403)
    if (request.url === HEALTH_PATH) return json({ pid: process.pid, folder })
    if (request.url === ADDRESSES_PATH) return addresses()
    if (request.url === CALLS_PATH) return json(calls.counts())
    return dispatch(request)
  }

  const server = createServer((request, response) => {
    serve(request)
      .then(async result => {
        if (result === 'drop') request.socket.destroy()
        else await answer(result, request.method, response)
      })
      .catch(error => {
        report(error)
        request.socket.destroy()
      })
  })
  // Uploads take as long as they take; a connection may idle longer than any SDK keeps one.
  server.requestTimeout = 0
  server.keepAliveTimeout = 120_000
  if (tasksAreLeft(store)) await (await dataPlane()).recoverTasks()
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => {
      store.close()
      reject(error)
    })
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  endpoint = `http://127.0.0.1:${port}`
  if (doorsOf(store).length > 0) await (await dataPlane()).follow()
  const waiting = partsAtWork(store)
  // Nobody waits for alarms and schedules to go on, so the start does not either.
  const resumed = waiting.length > 0 ? dataPlane().then(plane => plane.stir(waiting)) : Promise.resolve()
  resumed.catch(report)

  return {
    endpoint,
    port,
    calls,
    close: async () => {
      await resumed.catch(() => {})
      // Tasks save what they have before they end, and need the emulator for it.
      await (await opened)?.endTasks()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await (await opened)?.close()
      store.close()
    },
  }
}

const json = (body: object, status = 200): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
