import { lastSecond } from './begin.ts'
import type { Settings } from './settings.ts'
import type { Failure, StopCause, Task } from './task.ts'

/** How far the clocks of two functions and a task may be apart before a ping could lose against a stop. */
export const CLOCK_MARGIN_SECONDS = 10

export interface Due {
  readonly cause: StopCause
  readonly reason: string
  readonly failure: Failure | null
}

/**
 * Why the task must stop now; null: it may live. `graceSeconds` comes on top of the margin for clocks: the agent, which
 * is the last to stop a task, lets the others go first.
 */
export const whyDue = (task: Task, now: number, settings: Settings, graceSeconds = 0): Due | null => {
  const past = (moment: number) => now > moment + CLOCK_MARGIN_SECONDS + graceSeconds
  if (task.state !== 'STARTING' && task.state !== 'READY') return null
  if (task.state === 'STARTING' && past((task.startedAt ?? 0) + settings.startDeadlineSeconds))
    return { cause: 'failed-start', ...lateStart(task, settings.startDeadlineSeconds) }
  if (past(lastSecond(task, settings)))
    return {
      cause: 'max-lifetime',
      reason: `It has run for its longest lifetime, ${settings.maxLifetimeSeconds} s.`,
      failure: task.state === 'STARTING' ? lateStart(task, settings.maxLifetimeSeconds).failure : null,
    }
  if (task.state === 'STARTING' || !past(task.expiresAt ?? 0)) return null
  return { cause: 'idle', reason: `Nobody asked for it for ${settings.lifetimeSeconds} s.`, failure: null }
}

/** When a task that nobody pings any more will be due; null: never, it is not running. */
export const dueAt = (task: Task, settings: Settings): number | null => {
  if (task.state !== 'STARTING' && task.state !== 'READY') return null
  const own =
    task.state === 'STARTING' ? (task.startedAt ?? 0) + settings.startDeadlineSeconds : (task.expiresAt ?? 0)
  return Math.min(own, lastSecond(task, settings)) + CLOCK_MARGIN_SECONDS
}

const lateStart = ({ taskArn }: Task, seconds: number): Pick<Due, 'reason' | 'failure'> =>
  taskArn === null
    ? { reason: `ECS gave no task within the start deadline of ${seconds} s.`, failure: 'lost' }
    : {
        reason: `The app did not become healthy within its start deadline of ${seconds} s.`,
        failure: 'unhealthy',
      }
