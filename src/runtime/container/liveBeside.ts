import type { Me } from '../lifecycle/agent.ts'
import { verdict } from '../lifecycle/agentTurn.ts'
import { taskOf } from '../lifecycle/item.ts'
import { required } from '../lifecycle/settings.ts'
import { restoredAtMs } from './base.ts'
import { openBusyDoor } from './busyDoor.ts'
import { connectionsTo } from './connections.ts'
import { freezerOf } from './freezer.ts'
import { type LifeSettings, lifeSettings } from './lifeSettings.ts'
import { type Log, told } from './log.ts'
import { probe } from './probe.ts'
import { rarely } from './rarely.ts'
import { run } from './run.ts'
import { type Start, serve } from './serve.ts'
import { settings } from './settings.ts'
import { type TaskMetadata, taskMetadata } from './taskMetadata.ts'
import { agentFolder } from './volume.ts'
import { openWorld, type World } from './world.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Alarm and sweep go first: they cost nothing while the agent's word is one among three. */
export const GRACE_SECONDS = 45

/** While an app is used without pings each turn would publish one, and a thousand cost a cent: one a period is enough. */
const pingSeconds = ({ metric }: LifeSettings): number => (metric.resolutionSeconds === 1 ? 5 : 30)

const steadyMs = (): number => performance.now()

const METADATA_MS = 20_000
/** Of the seconds ECS gives to save. */
const LAST_LOOK_MS = 5_000

/** The container beside the app, with the whole world around it. Resolves with the exit code. */
export const liveBeside = async (env: Env, log: Log, toldToStop: Promise<string>): Promise<number> => {
  const read = settings(env)
  const life = lifeSettings(env)
  const { generation } = life
  if (generation === null) throw new Error('Nobody gave this task a GENERATION')
  const world = openWorld(env, log)
  const metadata = await taskMetadata(
    required(env, 'ECS_CONTAINER_METADATA_URI_V4'),
    AbortSignal.timeout(METADATA_MS),
  )
  const me: Me = { generation, taskArn: metadata.taskArn }
  const freezer = freezerOf(read.databasePath)
  const use = await usesOf(life, log)
  const doors = {
    bucket: world.bucketOf(read),
    log,
    now: () => new Date(),
    after: (seconds: number) => AbortSignal.timeout(seconds * 1000),
    ...freezer,
    serve: async () =>
      serve(me, await startOf(read.databasePath, metadata, life, world), {
        ...answering(life, world),
        newId: world.newId,
        now: world.now,
        publishPing: rarely(pingSeconds(life), steadyMs, () => world.publishPing(life)),
        settings: life.lifetimes,
        graceSeconds: GRACE_SECONDS,
        turnSeconds: life.turnSeconds,
        log,
        freezer,
        toldToStop,
        probe: signal => probe(life.app, signal),
        use,
      }),
    stopTask: (why: string) => world.stopTask(metadata, why),
    toldWithin: (seconds: number) => within(toldToStop, seconds),
    isCurrent: () => isCurrent(me, life, world, log),
  }
  const { outcome } = await run(read, doors)
  return outcome === 'broken' ? 1 : 0
}

/** The table, with a steady clock that tells for how long it has not answered. */
const answering = (life: LifeSettings, world: World) => {
  const table = world.tableOf(life)
  let answeredMs = performance.now()
  const noting = async <T>(answer: Promise<T>): Promise<T> => {
    const told = await answer
    answeredMs = performance.now()
    return told
  }
  return {
    table: {
      read: () => noting(table.read()),
      write: (write: Parameters<typeof table.write>[0]) => noting(table.write(write)),
    },
    silentSeconds: () => (performance.now() - answeredMs) / 1000,
  }
}

/** A table that does not answer now costs only the first number of the breakdown. */
const startOf = async (
  databasePath: string,
  { pullStartedMs, pullStoppedMs }: TaskMetadata,
  life: LifeSettings,
  world: World,
): Promise<Start> => {
  const restoredMs = await restoredAtMs(agentFolder(databasePath))
  const item = await world
    .tableOf(life)
    .read()
    .catch(() => ({}))
  const startedMs = (taskOf(item).startedAt ?? world.now()) * 1000
  return { startedMs, pullStartedMs, pullStoppedMs, restoredMs }
}

const usesOf = async (life: LifeSettings, log: Log) => {
  const { agentPort, app, countsConnections } = life
  const door = await openBusyDoor(agentPort).catch(error => {
    log('warn', 'not-listening-for-busy', { port: agentPort, error: told(error) })
    return { busy: () => ({ until: null }) }
  })
  if (countsConnections && (await connectionsTo(app.port)) === null)
    log('warn', 'connections-unknown', { note: 'This system does not tell connections; only pings count.' })
  return async () => ({
    connections: countsConnections ? ((await connectionsTo(app.port)) ?? 0) : 0,
    busyUntil: door.busy().until,
  })
}

/** The last look before the database is stored. S3's own condition still guards what nobody can tell. */
const isCurrent = async (me: Me, life: LifeSettings, world: World, log: Log): Promise<boolean> => {
  try {
    const turn = verdict(
      taskOf(await world.tableOf(life, () => AbortSignal.timeout(LAST_LOOK_MS)).read()),
      me,
    )
    return turn.act !== 'stop' || turn.mayStore
  } catch (error) {
    log('warn', 'table-silent', { error: told(error) })
    return true
  }
}

const within = async (event: Promise<unknown>, seconds: number): Promise<boolean> => {
  const clock = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => clock.resolve(false), seconds * 1000)
  try {
    return await Promise.race([event.then(() => true), clock.promise])
  } finally {
    clearTimeout(timer)
  }
}
