import { join } from 'node:path'
import { changeContainer, enterStatus, wantStopped } from '../../services/ecs/taskStates.ts'
import type { Surroundings } from '../surroundings.ts'
import { driverFor } from './driverFor.ts'
import { liveTasks } from './liveTasks.ts'
import { removeTree } from './trees.ts'

/**
 * Brings to an end what an emulator that was killed has left: its containers' processes, and the rows of tasks that say
 * they run. Nothing new may have been started yet.
 */
export const recoverTasks = async (around: Surroundings): Promise<void> => {
  const { callOf, log } = around
  const left = await (await driverFor(around)).endLeftovers()
  if (left > 0) log(`ended ${left} container${left === 1 ? '' : 's'} of an emulator that was killed`)
  for (const { region, task } of liveTasks(around)) {
    const call = callOf('ecs', region)
    wantStopped(call, task.arn, 'TerminationNotice', 'The embedded AWS ended while the task ran')
    for (const { name, lastStatus } of task.containers)
      if (lastStatus !== 'STOPPED') changeContainer(call, task.arn, name, { lastStatus: 'STOPPED' })
    enterStatus(call, task.arn, 'STOPPED')
    await removeTree(join(call.folder('tasks'), task.arn.split('/').at(-1) ?? ''))
  }
}
