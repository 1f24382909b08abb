import type { Item } from '../lifecycle/item.ts'
import { launched, launchFailed } from '../lifecycle/launch.ts'
import { clientToken, startedBy } from '../lifecycle/startedBy.ts'
import type { Effect } from '../lifecycle/step.ts'
import { type Changed, change } from '../lifecycle/store.ts'
import type { Doors } from './doors.ts'

type Launch = Extract<Effect, { kind: 'launch' }>

/**
 * Does what a change decided, and answers the item as that left it. A ping that cannot be published is only logged: the
 * alarm is a hint, the table is the truth. Throws when ECS or the table fail; the sweep finds what was left undone.
 */
export const perform = async (
  { effects, item }: Pick<Changed<string>, 'effects' | 'item'>,
  doors: Doors,
): Promise<Item> => {
  let latest = item
  await Promise.all(
    effects.map(async effect => {
      if (effect.kind === 'launch') latest = await launch(effect, item, doors)
      else if (effect.kind === 'stopTask') await stopTask(effect.taskArn, effect.reason, doors)
      else await ping(doors)
    }),
  )
  return latest
}

export const stopTask = async (taskArn: string, reason: string, doors: Doors): Promise<void> => {
  doors.log({ level: 'info', message: 'stops a task', taskArn, reason })
  await doors.ecs.stop(taskArn, reason)
}

const ping = async (doors: Doors): Promise<void> => {
  try {
    await doors.publishPing()
  } catch (error) {
    doors.log({ level: 'warn', message: 'the ping could not be published', error: String(error) })
  }
}

/** Asks ECS for the generation's task and notes what became of it. Asked again it gets the same task. */
const launch = async (
  { generation, capacity, startedAt }: Launch,
  known: Item,
  doors: Doors,
): Promise<Item> => {
  const { stack, table, newId, settings, now, log } = doors
  const answer = await doors.ecs.run({
    clientToken: clientToken(stack, generation, startedAt),
    startedBy: startedBy(stack, generation),
    capacity,
  })
  if ('taskArn' in answer) {
    const { taskArn } = answer
    const named = await change(table, newId, task => launched(task, { generation, taskArn }), known)
    log({
      level: named.outcome === 'orphaned' ? 'warn' : 'info',
      message: `the task is ${named.outcome}`,
      generation,
      taskArn,
    })
    return perform(named, doors)
  }
  log({ level: 'warn', message: `ECS gives no task: ${answer.message}`, generation, capacity })
  const failed = await change(
    table,
    newId,
    task =>
      launchFailed(task, { generation, failure: answer.failure, message: answer.message }, now(), settings),
    known,
  )
  return perform(failed, doors)
}
