import { begin } from './begin.ts'
import { ping } from './ping.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import type { Task } from './task.ts'

const FIRST_PAUSE_SECONDS = 10
const LONGEST_PAUSE_SECONDS = 120

/**
 * Until when a backend whose start failed is left alone, epoch seconds; 0: it may start. Pages ask again and again, and
 * each try of an app that cannot start costs a minute of Fargate.
 */
export const pausedUntil = ({ failedStarts, stoppedAt }: Task): number =>
  failedStarts === 0 || stoppedAt === null
    ? 0
    : stoppedAt + Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (failedStarts - 1))

/** Wakes the backend or extends its life. */
export const start = (
  task: Task,
  { by }: { readonly by: string },
  now: number,
  settings: Settings,
): Step<'started' | 'extended' | 'stopping' | 'paused'> => {
  switch (task.state) {
    case 'ASLEEP':
      if (now < pausedUntil(task)) return step(task, 'paused')
      return begin(task, { by, capacity: settings.spot ? 'FARGATE_SPOT' : 'FARGATE' }, now, settings)
    case 'STOPPING':
      return step({ ...task, wantAgain: true }, 'stopping')
    default:
      return { ...ping(task, now, settings), outcome: 'extended' }
  }
}
