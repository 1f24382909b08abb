import { begin } from './begin.ts'
import { asleep, type Stop } from './end.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import type { Task } from './task.ts'

/**
 * ASLEEP; or, for somebody who came while the task was stopping, the next generation at once. Not after a start that
 * failed: the next one would most likely fail too, and nobody would see why.
 */
export const rest = (task: Task, stop: Stop, now: number, settings: Settings): Step<'asleep' | 'started'> => {
  const over = asleep(task, stop, now)
  if (!task.wantAgain || over.failure !== null) return step(over, 'asleep')
  const capacity = settings.spot ? 'FARGATE_SPOT' : 'FARGATE'
  return begin(over, { by: 'somebody who came while it was stopping', capacity }, now, settings)
}
