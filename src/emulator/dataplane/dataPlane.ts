import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from '../answer.ts'
import type { CallLog } from '../calls.ts'
import type { Intercept } from '../intercept.ts'
import type { Registry } from '../registry/registry.ts'
import type { Invoked } from '../service.ts'
import { functionNamed } from '../services/lambda/functionRow.ts'
import { EdgeCache } from './cdn/edgeCache.ts'
import type { Door } from './doors.ts'
import type { JwtJudge } from './jwtAuthorizer.ts'
import { type LambdaRunner, openLambdaRunner } from './lambdaRunner.ts'
import { Listeners } from './listeners.ts'
import type { Part } from './stirs.ts'
import type { Surroundings } from './surroundings.ts'
import type { TaskRunner } from './tasks/taskRunner.ts'
import type { Timetable } from './timetable.ts'

const EDGE_BYTES = 128 << 20

/** What stands behind the control plane: APIs, distributions and functions that really run. */
export interface DataPlane {
  /** Opens and closes loopback listeners until there is one for every door. */
  follow(): Promise<void>
  /** Runs a function; see `Call.invoke`. */
  invoke(functionName: string, event: string, region: string): Promise<Invoked>
  /** Ends what a killed emulator has left of its tasks; before anybody can start a new one. */
  recoverTasks(): Promise<void>
  /** Lets parts look at what has changed; those that nobody has wanted yet are loaded. */
  stir(parts: readonly Part[]): Promise<void>
  /** Ends the tasks; what they still ask of the emulator is answered meanwhile. */
  endTasks(): Promise<void>
  /** Where everything listens, by id. */
  addresses(): { apis: Record<string, string>; distributions: Record<string, string> }
  close(): Promise<void>
}

interface Around extends Surroundings {
  doors(): readonly Door[]
  otherPort(door: Door): number
  readonly calls: CallLog
  readonly intercept: Intercept
}

export const openDataPlane = (around: Around): DataPlane => {
  const { callOf, report } = around
  const cache = new EdgeCache(EDGE_BYTES)
  let runner: Promise<LambdaRunner> | null = null

  let judge: JwtJudge | null = null
  const judgeJwt: JwtJudge = async (...token) => {
    judge ??= (await import('./jwtAuthorizer.ts')).openJwtAuthorizer()
    return judge(...token)
  }

  const registries = new Map<string, Promise<Registry>>()
  const registryOf = (region: string): Promise<Registry> => {
    const registry =
      registries.get(region) ??
      import('../registry/registry.ts').then(
        ({ Registry }) => new Registry({ ...around, call: () => callOf('ecr', region) }),
      )
    registries.set(region, registry)
    return registry
  }

  const parts = new Map<Part, Promise<TaskRunner | Timetable>>()
  const stir = async (wanted: readonly Part[]): Promise<void> => {
    for (const part of wanted) {
      const opened = parts.get(part) ?? openPart(part, around, stirDeliveries)
      parts.set(part, opened)
      ;(await opened).stir()
    }
  }
  const stirDeliveries = (): void => void stir(['deliveries']).catch(report)

  const serve = async (door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (door.kind === 'distribution') {
      const { serveDistribution } = await import('./cdn/serveDistribution.ts')
      await answer(await serveDistribution(door.id, request, { cache, callOf }), request.method, response)
      return
    }
    if (door.kind === 'registry') {
      await (await registryOf(door.region)).serve(request, response)
      return
    }
    const { serveApi } = await import('./serveApi.ts')
    const { loopbackNames } = await import('./loopbackNames.ts')
    const told = await serveApi(door.id, request, {
      call: callOf('apigateway', door.region),
      lambda: callOf('lambda', door.region),
      names: loopbackNames(request.headers.origin, callOf('cloudfront', 'us-east-1')),
      judge: judgeJwt,
    })
    const bodiless = told.status === 204 || told.status === 304
    const length = bodiless ? {} : { 'content-length': String(Buffer.byteLength(told.body)) }
    response.writeHead(told.status, { ...told.headers, ...length }).end(told.body)
  }

  const listeners = new Listeners({
    serve,
    report,
    port: door => callOf(door.kind, door.region).port(door.id),
    otherPort: around.otherPort,
  })

  return {
    follow: () => listeners.follow(around.doors),
    async invoke(functionName, event, region) {
      const call = callOf('lambda', region)
      const row = functionNamed(call, functionName)
      runner ??= openLambdaRunner(callOf, report)
      return (await runner).invoke(call, row, event)
    },
    recoverTasks: async () => (await import('./tasks/recoverTasks.ts')).recoverTasks(around),
    stir,
    async endTasks() {
      await (await parts.get('tasks'))?.close()
    },
    addresses: () => ({
      apis: listeners.addresses('api'),
      distributions: listeners.addresses('distribution'),
    }),
    async close() {
      await listeners.close()
      for (const registry of registries.values()) await (await registry).close()
      // What is being delivered ends with the functions' processes.
      const parting = [...parts].map(async ([part, opened]) => part !== 'tasks' && (await opened).close())
      await (await runner)?.close()
      await Promise.all(parting)
    },
  }
}

/** `stirDeliveries`: something may have been queued for a function. */
const openPart = async (
  part: Part,
  around: Surroundings,
  stirDeliveries: () => void,
): Promise<TaskRunner | Timetable> => {
  if (part === 'tasks') return (await import('./tasks/taskRunner.ts')).openTaskRunner(around, stirDeliveries)
  if (part === 'alarms')
    return (await import('./alarms/alarmClock.ts')).openAlarmClock(around, stirDeliveries)
  if (part === 'schedules')
    return (await import('./schedules/scheduleClock.ts')).openScheduleClock(around, stirDeliveries)
  return (await import('./deliveries/asyncInvoker.ts')).openAsyncInvoker(around)
}
