import { stopping } from './end.ts'
import { extend } from './ping.ts'
import type { Settings } from './settings.ts'
import { PING, type Step, step } from './step.ts'
import type { Failure, Task } from './task.ts'

/** Who an agent is: the generation it was started for, and the ARN ECS gave it. */
export interface Me {
  readonly generation: number
  readonly taskArn: string
}

export const isMine = (task: Task, me: Me): boolean =>
  task.generation === me.generation && task.taskArn === me.taskArn

/** How far an agent is from what the item says: `fenced` may store nothing any more. */
export type Standing = 'alive' | 'stopping' | 'fenced'

const standing = (task: Task, me: Me): Standing => {
  if (!isMine(task, me) || task.state === 'ASLEEP') return 'fenced'
  return task.state === 'STOPPING' ? 'stopping' : 'alive'
}

/**
 * The first thing a task does, before it reads the database: it becomes the one task of its generation. A task that
 * comes too late, or is the second one, is fenced.
 */
export const claim = (task: Task, me: Me, now: number): Step<Standing> => {
  const free = task.state === 'STARTING' && task.generation === me.generation && task.taskArn === null
  const mine = free ? { ...task, taskArn: me.taskArn } : task
  const where = standing(mine, me)
  return where === 'alive' ? step({ ...mine, heartbeatAt: Math.floor(now) }, where) : step(task, where)
}

/** What the agent tells when the app has answered its health path. */
export interface ReadyReport {
  /** Null leaves what the manager found out. */
  readonly publicIp: string | null
  /** Null: `http://<public ip>:<port>`. */
  readonly url: string | null
  readonly timings: Readonly<Record<string, number>>
}

/** The app answers: READY, with a full lifetime from now on for whoever waited. */
export const ready = (
  task: Task,
  me: Me,
  report: ReadyReport,
  now: number,
  settings: Settings,
): Step<Standing> => {
  const where = standing(task, me)
  if (where !== 'alive' || task.state === 'READY') return step(task, where)
  const next: Task = {
    ...extend(task, now + settings.lifetimeSeconds, settings),
    state: 'READY',
    readyAt: now,
    heartbeatAt: Math.floor(now),
    publicIp: report.publicIp ?? task.publicIp,
    url: report.url ?? task.url,
    timings: report.timings,
    failedStarts: 0,
  }
  return step(next, where, [PING])
}

/** What the agent sees of the app being used, pings aside. */
export interface Use {
  /** Established connections; 0 unless the manifest says that connections count. */
  readonly connections: number
  /** Epoch seconds until which the app said it is busy; null: it said nothing. */
  readonly busyUntil: number | null
}

/**
 * The task lives; if it is used, it lives on, as if somebody pinged. A busy app is believed no further ahead than a ping
 * would be: it may be done, or gone, long before the time it named.
 */
export const heartbeat = (task: Task, me: Me, use: Use, now: number, settings: Settings): Step<Standing> => {
  const where = standing(task, me)
  if (where !== 'alive') return step(task, where)
  const beating = { ...task, heartbeatAt: Math.floor(now) }
  const pinged = now + settings.lifetimeSeconds
  const until = use.connections > 0 ? pinged : Math.min(use.busyUntil ?? 0, pinged)
  if (task.state !== 'READY' || until <= now) return step(beating, where)
  return step(extend(beating, until, settings), where, [PING])
}

/** The agent knows that this start will come to nothing, and says why before it ends. */
export const giveUp = (
  task: Task,
  me: Me,
  why: { readonly failure: Failure; readonly reason: string },
  now: number,
): Step<Standing> => {
  const where = standing(task, me)
  if (where !== 'alive') return step(task, where)
  return step(stopping(task, { cause: 'failed-start', by: 'agent', ...why }, now), 'stopping')
}
