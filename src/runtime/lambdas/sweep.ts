import { CLOCK_MARGIN_SECONDS } from '../lifecycle/due.ts'
import { ended } from '../lifecycle/ended.ts'
import { taskOf } from '../lifecycle/item.ts'
import { launched } from '../lifecycle/launch.ts'
import { relaunch } from '../lifecycle/ping.ts'
import { generationOf } from '../lifecycle/startedBy.ts'
import { stopIfDue } from '../lifecycle/stop.ts'
import { change } from '../lifecycle/store.ts'
import type { Task } from '../lifecycle/task.ts'
import type { Doors, SeenTask } from './doors.ts'
import { perform, stopTask } from './perform.ts'

/** For so long ECS may not know a task it has just made ("RunTask" API reference: eventual consistency). */
const UNKNOWN_SECONDS = 120

/**
 * Sets right whatever went wrong: stops every task of the family that is expired, too old, late, or not the table's;
 * notes ends and names that nobody told; asks again for what was never heard of. Safe at any time and any number of
 * times. Goes through everything even if parts fail, then throws the first failure.
 */
export const sweep = async (doors: Doors): Promise<void> => {
  // In this order: whatever is listed was started before the item was read, so no younger generation can be meant.
  const running = await doors.ecs.list()
  const task = taskOf(await doors.table.read())
  const known = task.state === 'ASLEEP' || task.taskArn === null ? [] : [task.taskArn]
  const seen = await doors.ecs.describe([...new Set([...running, ...known])])
  const failures: unknown[] = []
  const attempt = (work: () => Promise<void>) => work().catch((error: unknown) => void failures.push(error))

  const current = currentOf(task, seen, doors)
  for (const other of seen)
    if (other !== current && !other.stopped && !other.toldToStop && !mayBecomeCurrent(other, task, doors))
      await attempt(() => stopTask(other.taskArn, strange(other, task, doors), doors))
  const isListed = task.taskArn !== null && running.includes(task.taskArn)
  if (task.state !== 'ASLEEP') await attempt(() => tend(task, current, isListed, doors))
  if (failures.length > 0) throw failures[0]
}

/** The task of the table's generation: by name, or by number while it has none. */
const currentOf = (task: Task, seen: readonly SeenTask[], { stack }: Doors): SeenTask | null => {
  if (task.state === 'ASLEEP') return null
  const isCurrent = (one: SeenTask) =>
    task.taskArn === null
      ? generationOf(stack, one.startedBy) === task.generation
      : one.taskArn === task.taskArn
  return seen.find(isCurrent) ?? null
}

/** While a generation has no name, each task of its number may be the one that claims it. */
const mayBecomeCurrent = ({ startedBy }: SeenTask, task: Task, { stack }: Doors): boolean =>
  task.state !== 'ASLEEP' && task.taskArn === null && generationOf(stack, startedBy) === task.generation

const strange = ({ startedBy }: SeenTask, task: Task, { stack }: Doors): string => {
  const generation = generationOf(stack, startedBy)
  return generation === null
    ? 'The table does not know it: storyarch did not start it.'
    : `It is of generation ${generation}; the table is at ${task.generation}, ${task.state}.`
}

/** `isListed`: ECS lists it as running, though a part of ECS that was asked for more may not know it. */
const tend = async (task: Task, current: SeenTask | null, isListed: boolean, doors: Doors): Promise<void> => {
  const { table, newId, now, settings, stack } = doors
  const { generation } = task
  if (current?.stopped || (current === null && !isListed && isGone(task, now()))) {
    const taskArn = current?.taskArn ?? task.taskArn
    const end = { ...(current?.end ?? VANISHED), taskArn, generation }
    const over = await change(table, newId, task => ended(task, end, now(), settings))
    doors.log({ level: 'info', message: `found an ended task: ${over.outcome}`, taskArn, generation })
    await perform(over, doors)
    return
  }
  if (current !== null && task.taskArn === null) {
    const { taskArn } = current
    const known = generationOf(stack, current.startedBy) ?? 0
    const named = await change(table, newId, task => launched(task, { generation: known, taskArn }))
    await perform(named, doors)
  }
  const due = await change(table, newId, task =>
    stopIfDue(task, { by: 'sweep', graceSeconds: 0 }, now(), settings),
  )
  await perform(due, doors)
  // Somebody decided to stop it, and died before ECS heard of it.
  if (task.state === 'STOPPING' && current !== null && !current.toldToStop)
    await stopTask(current.taskArn, task.stopReason ?? '', doors)
  await perform(await change(table, newId, task => relaunch(task, now())), doors)
}

const VANISHED = {
  stopCode: null,
  reason: 'ECS does not know the task any more.',
  exitCodes: {},
  containerReasons: [],
}

/** A task that ECS does not know is over, unless it is so young that ECS may not know it yet. */
const isGone = (task: Task, now: number): boolean => {
  const heardOf = task.state === 'STARTING' ? task.launchAt : (task.stoppingAt ?? task.launchAt)
  if (task.taskArn === null && task.state === 'STARTING') return false
  return now > (heardOf ?? 0) + UNKNOWN_SECONDS + CLOCK_MARGIN_SECONDS
}
