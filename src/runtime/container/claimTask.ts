import { claim, type Me } from '../lifecycle/agent.ts'
import { change, type TaskTable } from '../lifecycle/store.ts'

export interface ClaimDoors {
  readonly table: TaskTable
  readonly newId: () => string
  /** Epoch seconds. */
  readonly now: () => number
}

/**
 * Makes this task the one of its generation. Null when it is; else why it must touch nothing. Throws when the table cannot
 * be asked.
 */
export const claimTask = async (
  { generation, taskArn }: { readonly generation: number | null; readonly taskArn: string },
  { table, newId, now }: ClaimDoors,
): Promise<string | null> => {
  if (generation === null)
    return 'Nobody gave this task a GENERATION: only the task manager starts tasks that may have the database.'
  const me: Me = { generation, taskArn }
  const { task, outcome } = await change(table, newId, task => claim(task, me, now()))
  if (outcome === 'alive') return null
  if (outcome === 'stopping') return `It was told to stop before it began: ${task.stopReason}`
  return task.generation === generation
    ? `Generation ${generation} is ${task.state} and has the task ${task.taskArn ?? '(none)'}.`
    : `This task is of generation ${generation}; the table is at ${task.generation}.`
}
