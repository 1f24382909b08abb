import { begin } from './begin.ts'
import { rest } from './rest.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import type { Failure, Task } from './task.ts'

/** ECS gave this generation a task. `orphaned`: the backend has gone on without it. */
export const launched = (
  task: Task,
  { generation, taskArn }: { readonly generation: number; readonly taskArn: string },
): Step<'launched' | 'known' | 'orphaned'> => {
  if (task.generation !== generation) return step(task, 'orphaned')
  if (task.taskArn === taskArn) return step(task, 'known')
  if (task.taskArn !== null) return step(task, 'orphaned')
  const named = { ...task, taskArn }
  if (task.state === 'STARTING') return step(named, 'launched')
  if (task.state !== 'STOPPING') return step(task, 'orphaned')
  // Told to stop before it had a name.
  return step(named, 'launched', [{ kind: 'stopTask', taskArn, reason: task.stopReason ?? '' }])
}

/** The task has an address. */
export const addressed = (
  task: Task,
  { taskArn, publicIp }: { readonly taskArn: string; readonly publicIp: string },
): Step<'addressed' | 'untouched'> =>
  task.state !== 'ASLEEP' && task.taskArn === taskArn && task.publicIp === null
    ? step({ ...task, publicIp }, 'addressed')
    : step(task, 'untouched')

/** What on-demand may have where Spot has none: a quota counts only one of the two. */
const SPOT_LACKS: readonly Failure[] = ['capacity', 'quota']

/**
 * ECS said no to this generation, for sure. Without Spot capacity the next generation is asked for on demand: a
 * generation never makes two different requests, so it can never have two tasks.
 */
export const launchFailed = (
  task: Task,
  why: { readonly generation: number; readonly failure: Failure; readonly message: string },
  now: number,
  settings: Settings,
): Step<'asleep' | 'started' | 'stale'> => {
  const waiting = task.state === 'STARTING' || task.state === 'STOPPING'
  if (!waiting || task.generation !== why.generation || task.taskArn !== null) return step(task, 'stale')
  if (task.state === 'STARTING' && task.capacity === 'FARGATE_SPOT' && SPOT_LACKS.includes(why.failure))
    return begin(task, { by: task.wokenBy ?? '', capacity: 'FARGATE' }, now, settings)
  const stop = { cause: 'failed-start', by: 'ecs', reason: why.message } as const
  return rest(task, { ...stop, failure: why.failure }, now, settings)
}
