import { lastSecond, launchOf } from './begin.ts'
import type { Settings } from './settings.ts'
import { PING, type Step, step } from './step.ts'
import type { Task } from './task.ts'

/** Whoever asked ECS for the task and has said nothing since, has died: somebody else may ask again. */
export const RELAUNCH_AFTER_SECONDS = 10

/** The task lives at least until `until`, as far as its longest life allows; never less long than before. */
export const extend = (task: Task, until: number, settings: Settings): Task => ({
  ...task,
  expiresAt: Math.max(task.expiresAt ?? 0, Math.min(Math.ceil(until), lastSecond(task, settings))),
})

/** Asks ECS again for a task that was never heard of. The client token makes that safe: it is the same request. */
export const relaunch = (task: Task, now: number): Step<'relaunched' | 'untouched'> => {
  const forgotten =
    task.state === 'STARTING' && task.taskArn === null && now > (task.launchAt ?? 0) + RELAUNCH_AFTER_SECONDS
  return forgotten
    ? step({ ...task, launchAt: now }, 'relaunched', [launchOf(task)])
    : step(task, 'untouched')
}

/** Somebody is there. A task that is already stopping stops, and starts again; one that somebody stopped on purpose does not. */
export const ping = (
  task: Task,
  now: number,
  settings: Settings,
): Step<'extended' | 'stopping' | 'asleep'> => {
  if (task.state === 'ASLEEP') return step(task, 'asleep')
  if (task.state === 'STOPPING')
    return step(task.stopCause === 'asked' ? task : { ...task, wantAgain: true }, 'stopping')
  const { task: launched, effects } = relaunch(task, now)
  const lastPingAt = Math.max(task.lastPingAt ?? 0, Math.floor(now))
  const extended = { ...extend(launched, now + settings.lifetimeSeconds, settings), lastPingAt }
  return step(extended, 'extended', [...effects, PING])
}
