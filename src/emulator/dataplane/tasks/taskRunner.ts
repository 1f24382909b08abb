import { setTimeout as pause } from 'node:timers/promises'
import { wantStopped } from '../../services/ecs/taskStates.ts'
import type { Surroundings } from '../surroundings.ts'
import { driverFor } from './driverFor.ts'
import { liveTasks } from './liveTasks.ts'
import { openTaskEndpoint } from './taskEndpoint.ts'
import { runTask, type TaskRun } from './taskRun.ts'

/** Tasks that end with the emulator have so long to do it well, */
const GRACE_MS = 3_000
/** and, when an app does not, the agent that saves after it has so long all the same. */
const LAST_GRACE_MS = 2_000

export interface TaskRunner {
  /** Takes up the tasks that are new, and stops those that are wanted stopped. */
  stir(): void
  /** Ends every task. */
  close(): Promise<void>
}

/** Runs the tasks of every region; told of their changes through `changed`. */
export const openTaskRunner = async (around: Surroundings, changed: () => void): Promise<TaskRunner> => {
  const { callOf } = around
  const containers = await driverFor(around)
  const endpoint = await openTaskEndpoint()
  const runs = new Map<string, TaskRun>()
  let closing = false

  const live = () => liveTasks(around)

  return {
    stir() {
      if (closing) return
      for (const { region, task } of live()) {
        const run =
          runs.get(task.arn) ?? runTask({ ...around, containers, endpoint, changed }, task.arn, region)
        if (!runs.has(task.arn)) {
          runs.set(task.arn, run)
          void run.finished.then(() => runs.delete(task.arn))
        }
        if (task.desiredStatus === 'STOPPED') run.stop(false)
      }
    },
    async close() {
      closing = true
      for (const { region, task } of live())
        wantStopped(callOf('ecs', region), task.arn, 'UserInitiated', 'The embedded AWS was stopped')
      for (const run of runs.values()) run.stop(true)
      const all = Promise.all([...runs.values()].map(({ finished }) => finished))
      await within(all, GRACE_MS)
      for (const run of runs.values()) run.press()
      await within(all, LAST_GRACE_MS)
      for (const run of runs.values()) run.kill()
      await all
      await endpoint.close()
    },
  }
}

const within = async (work: Promise<unknown>, milliseconds: number): Promise<void> => {
  const late = new AbortController()
  await Promise.race([work, pause(milliseconds, null, { signal: late.signal }).catch(() => {})])
  late.abort()
}
