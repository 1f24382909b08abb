import type { Settings } from './settings.ts'
import { type Effect, PING, type Step, step } from './step.ts'
import { type Capacity, NEVER_RAN, type Task } from './task.ts'

/** The effect that asks ECS for this generation's one task. */
export const launchOf = ({ generation, capacity, startedAt }: Task): Effect => ({
  kind: 'launch',
  generation,
  capacity: capacity ?? 'FARGATE',
  startedAt: startedAt ?? 0,
})

/** The last moment of a task's life, pinged or not. */
export const lastSecond = (task: Task, settings: Settings): number =>
  Math.ceil((task.startedAt ?? 0) + settings.maxLifetimeSeconds)

/**
 * The next generation, whatever the last one was. It lives through its start deadline unpinged: whoever woke it may
 * wait that long for the app.
 */
export const begin = (
  task: Task,
  { by, capacity }: { readonly by: string; readonly capacity: Capacity },
  now: number,
  settings: Settings,
): Step<'started'> => {
  const patience = Math.max(settings.lifetimeSeconds, settings.startDeadlineSeconds)
  const next: Task = {
    ...NEVER_RAN,
    state: 'STARTING',
    generation: task.generation + 1,
    failedStarts: task.failedStarts,
    sessions: task.sessions,
    capacity,
    wokenBy: by,
    startedAt: now,
    launchAt: now,
    lastPingAt: Math.floor(now),
    expiresAt: Math.ceil(now + Math.min(patience, settings.maxLifetimeSeconds)),
  }
  return step(next, 'started', [launchOf(next), PING])
}
