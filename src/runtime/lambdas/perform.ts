import { launched, launchFailed } from '../lifecycle/launch.ts'
import { clientToken, startedBy } from '../lifecycle/startedBy.ts'
import type { Effect } from '../lifecycle/step.ts'
import { change } from '../lifecycle/store.ts'
import type { Doors } from './doors.ts'

type Launch = Extract<Effect, { kind: 'launch' }>

/**
 * Does what transitions decided, one effect after the other. A ping that cannot be published is only logged: the alarm
 * is a hint, the table is the truth. Throws when ECS or the table fail; the sweep finds what was left undone.
 */
export const perform = async (effects: readonly Effect[], doors: Doors): Promise<void> => {
  for (const effect of effects) {
    if (effect.kind === 'launch') await launch(effect, doors)
    else if (effect.kind === 'stopTask') await stopTask(effect.taskArn, effect.reason, doors)
    else await ping(doors)
  }
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
const launch = async ({ generation, capacity, startedAt }: Launch, doors: Doors): Promise<void> => {
  const { stack, table, newId, settings, now, log } = doors
  const answer = await doors.ecs.run({
    clientToken: clientToken(stack, generation, startedAt),
    startedBy: startedBy(stack, generation),
    capacity,
  })
  if ('taskArn' in answer) {
    const { taskArn } = answer
    const { outcome, effects } = await change(table, newId, task => launched(task, { generation, taskArn }))
    log({
      level: outcome === 'orphaned' ? 'warn' : 'info',
      message: `the task is ${outcome}`,
      generation,
      taskArn,
    })
    return perform(effects, doors)
  }
  log({ level: 'warn', message: `ECS gives no task: ${answer.message}`, generation, capacity })
  const failed = await change(table, newId, task =>
    launchFailed(task, { generation, failure: answer.failure, message: answer.message }, now(), settings),
  )
  return perform(failed.effects, doors)
}
