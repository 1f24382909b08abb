import { whyDue } from './due.ts'
import { asleep, type Stop, stopping } from './end.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import type { StoppedBy, Task } from './task.ts'

const begun = (task: Task, stop: Stop, now: number): Step<'stopped'> => {
  const next = stopping(task, stop, now)
  const { taskArn } = task
  return step(
    next,
    'stopped',
    taskArn === null ? [] : [{ kind: 'stopTask', taskArn, reason: next.stopReason ?? '' }],
  )
}

/** Stops what is expired, too old, or late in starting. Whatever woke the stopper: only the item decides. */
export const stopIfDue = (
  task: Task,
  { by, graceSeconds }: { readonly by: StoppedBy; readonly graceSeconds: number },
  now: number,
  settings: Settings,
): Step<'stopped' | 'untouched'> => {
  const due = whyDue(task, now, settings, graceSeconds)
  if (due === null) return step(task, 'untouched')
  // ECS never named a task: there is nothing to wait for. One that turns up later cannot claim the generation.
  if (task.taskArn === null) return step(asleep(task, { ...due, by }, now), 'stopped')
  return begun(task, { ...due, by }, now)
}

/** Somebody wants it to stop now. Who came meanwhile and waits for the next start is forgotten. */
export const stopNow = (
  task: Task,
  { by }: { readonly by: string },
  now: number,
): Step<'stopped' | 'stopping' | 'asleep'> => {
  if (task.state === 'ASLEEP') return step(task, 'asleep')
  if (task.state === 'STOPPING') return step({ ...task, wantAgain: false }, 'stopping')
  return begun(task, { cause: 'asked', by: 'user', reason: `${by} stopped it.`, failure: null }, now)
}
