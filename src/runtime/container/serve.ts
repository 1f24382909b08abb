import { setTimeout as sleep } from 'node:timers/promises'
import { giveUp, type Me, ready, type Use } from '../lifecycle/agent.ts'
import { type AgentTools, type Turn, takeTurn } from '../lifecycle/agentTurn.ts'
import { change } from '../lifecycle/store.ts'
import { coldStart, type Marks } from './coldStart.ts'
import type { Freezer } from './freezer.ts'
import { type Log, told } from './log.ts'

export interface ServeDoors extends AgentTools {
  readonly log: Log
  readonly freezer: Freezer
  /** Resolves with the signal when the container is to end: ECS stops the app first, and then this one. */
  readonly toldToStop: Promise<string>
  /** Null when the app answers its health path, else what it did instead. */
  readonly probe: (signal: AbortSignal) => Promise<string | null>
  readonly turnSeconds: number
  /** How the app is used at this moment. */
  readonly use: () => Promise<Use>
}

/** When the start began and how far it came before the app's own part. */
export type Start = Omit<Marks, 'healthyMs'>

/** Why the agent no longer serves. */
export interface Leaving {
  readonly why: string
  /** The app is gone already. */
  readonly appIsGone: boolean
  /** Somebody else tells ECS to stop the task. */
  readonly ecsKnows: boolean
  readonly mayStore: boolean
}

/** Whoever waits for a cold start notices tenths of a second. */
const PROBE_MS = 100

/** Beside the app, from its start until the task is to end: tells the table how it is, and does what the table says. */
export const serve = async (me: Me, start: Start, doors: ServeDoors): Promise<Leaving> => {
  const over = new AbortController()
  const goesOn = (pauseMs: number) => sleep(pauseMs, true, { signal: over.signal }).catch(() => false)
  try {
    return await Promise.race([
      doors.toldToStop.then(why => ({ why, appIsGone: true, ecsKnows: true, mayStore: true })),
      takeTurns(me, doors, () => goesOn(doors.turnSeconds * 1000)),
      awaitApp(me, start, doors, over.signal, () => goesOn(PROBE_MS)),
    ])
  } finally {
    over.abort()
  }
}

const never = new Promise<never>(() => {})

const takeTurns = async (me: Me, doors: ServeDoors, goesOn: () => Promise<boolean>): Promise<Leaving> => {
  let last: Turn['act'] = 'serve'
  do {
    const turn = await takeTurn(me, await doors.use(), doors)
    if (turn.act === 'stop') return { ...turn, appIsGone: false }
    if (turn.act === 'freeze') await freeze(turn.why, last, doors)
    else if (last === 'freeze') thaw(doors)
    last = turn.act
  } while (await goesOn())
  return never
}

const freeze = async (why: string, last: Turn['act'], { freezer, log }: ServeDoors): Promise<void> => {
  const fault = await freezer.freeze()
  if (fault !== null) log('warn', 'not-frozen', { why, fault })
  else if (last !== 'freeze') log('warn', 'frozen', { why })
}

const thaw = ({ freezer, log }: ServeDoors): void => {
  freezer.thaw()
  log('info', 'thawed')
}

const awaitApp = async (
  me: Me,
  start: Start,
  doors: ServeDoors,
  signal: AbortSignal,
  goesOn: () => Promise<boolean>,
): Promise<Leaving> => {
  const { startDeadlineSeconds } = doors.settings
  do {
    const fault = await doors.probe(signal)
    try {
      if (fault === null) return await tellReady(me, start, doors)
      if (doors.now() < start.startedMs / 1000 + startDeadlineSeconds) continue
      const reason = `The app did not become healthy within its start deadline of ${startDeadlineSeconds} s; last, ${fault}.`
      const given = await change(doors.table, doors.newId, task =>
        giveUp(task, me, { failure: 'unhealthy', reason }, doors.now()),
      )
      doors.log('error', 'unhealthy', { reason })
      if (given.outcome === 'stopping')
        return { why: reason, appIsGone: false, ecsKnows: false, mayStore: true }
      return never
    } catch (error) {
      // The turns see to a table that stays silent.
      doors.log('warn', 'table-silent', { error: told(error) })
    }
  } while (await goesOn())
  return never
}

const tellReady = async (me: Me, start: Start, doors: ServeDoors): Promise<never> => {
  const timings = { ...coldStart({ ...start, healthyMs: doors.now() * 1000 }) }
  const report = { publicIp: null, url: null, timings }
  const { outcome, effects } = await change(doors.table, doors.newId, task =>
    ready(task, me, report, doors.now(), doors.settings),
  )
  doors.log('info', 'ready', { outcome, ...timings })
  if (effects.length > 0) await doors.publishPing().catch(() => undefined)
  return never
}
