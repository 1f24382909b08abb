import { UserError } from '../errors.ts'
import type { Backend, Doors } from './backend.ts'
import type { Life } from './life.ts'
import { readLife } from './readLife.ts'
import { type SeenTask, seeTask } from './seeTask.ts'

const POLL_MS = 1000
/** The app's and then the agent's 120 s, and what ECS takes around them. */
const PATIENCE_SECONDS = 360

/** How a task that is over was seen by ECS at last; null when ECS never knew it, or has forgotten it. */
export type LastSeen = SeenTask | null

/**
 * Waits until the task of that life is over. Throws UserError when it is not after the longest time that a stop may
 * take.
 */
export const awaitStopped = async (doors: Doors, backend: Backend, life: Life): Promise<LastSeen> => {
  const { aws, clock, report, signal } = doors
  const deadlineMs = clock.nowMs() + PATIENCE_SECONDS * 1000
  const startedMs = clock.nowMs()
  report({ type: 'started', id: 'task', verb: 'stop', usuallySeconds: 15 })
  let taskArn = life.taskArn
  for (;;) {
    const now = await readLife(aws, backend)
    const isOver = now.generation !== life.generation || now.state === 'ASLEEP'
    if (!isOver) taskArn ??= now.taskArn
    const seen = taskArn === null ? null : await seeTask(aws, backend, taskArn)
    if (seen === null ? isOver : seen.lastStatus === 'STOPPED') {
      report({ type: 'done', id: 'task', verb: 'stop', durationMs: clock.nowMs() - startedMs })
      return seen
    }
    const containers = seen?.containers.filter(({ lastStatus }) => lastStatus === 'RUNNING') ?? []
    if (containers.length > 0)
      report({
        type: 'waiting',
        id: 'task',
        why: `${containers.map(({ name }) => name).join(' and ')} still running`,
      })
    if (clock.nowMs() > deadlineMs)
      throw new UserError(
        `The task has not stopped after ${PATIENCE_SECONDS} s; ECS calls it ${seen?.lastStatus ?? 'unknown'}.`,
        'Look at its log (storyarch logs task) and run the same command again: it goes on waiting.',
      )
    await clock.sleep(POLL_MS, signal)
  }
}
