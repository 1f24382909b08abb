import { begin } from './begin.ts'
import { asleep, type Stop } from './end.ts'
import { explainEnd } from './explainEnd.ts'
import { rest } from './rest.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import type { Task } from './task.ts'

/** What ECS tells of a task that is over. */
export interface EndedTask {
  /** Null when ECS never gave it a name. */
  readonly taskArn: string | null
  /** Null when it was not started by us. */
  readonly generation: number | null
  readonly stopCode: string | null
  readonly reason: string | null
  /** By container, those that ran. */
  readonly exitCodes: Readonly<Record<string, number>>
  /** What ECS says of single containers, such as why an image could not be pulled. */
  readonly containerReasons: readonly string[]
}

/**
 * The generation's task is gone. Late, repeated and strangers' messages are `stale`. Without Spot capacity the start is
 * made again on demand; who came while it was stopping gets the next generation, unless the start had failed.
 */
export const ended = (
  task: Task,
  end: EndedTask,
  now: number,
  settings: Settings,
): Step<'asleep' | 'started' | 'stale'> => {
  if (task.state === 'ASLEEP' || !isOf(task, end)) return step(task, 'stale')
  const named = { ...task, taskArn: end.taskArn ?? task.taskArn, exitCodes: end.exitCodes }
  const why: Stop = { by: 'ecs', ...explainEnd(end, task.state === 'READY') }
  if (task.state === 'STARTING' && task.capacity === 'FARGATE_SPOT' && why.failure === 'capacity') {
    const over = { ...asleep(named, why, now), failedStarts: task.failedStarts }
    return begin(over, { by: task.wokenBy ?? '', capacity: 'FARGATE' }, now, settings)
  }
  return rest(named, why, now, settings)
}

/** A generation that has not heard its task's name yet knows it by its number. */
const isOf = (task: Task, end: EndedTask): boolean =>
  task.taskArn === null ? end.generation === task.generation : end.taskArn === task.taskArn
