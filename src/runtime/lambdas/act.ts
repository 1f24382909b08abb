import { taskOf } from '../lifecycle/item.ts'
import { ping } from '../lifecycle/ping.ts'
import { start } from '../lifecycle/start.ts'
import type { Step } from '../lifecycle/step.ts'
import { change } from '../lifecycle/store.ts'
import type { Task } from '../lifecycle/task.ts'
import { type Answer, startedOf, statusOf } from './answer.ts'
import type { Doors } from './doors.ts'
import { findAddress, lookUpAddress } from './findAddress.ts'
import { perform } from './perform.ts'
import type { Request } from './request.ts'

export interface ManagerDoors extends Doors {
  /** Where the app listens. */
  readonly port: number
  /** How long whoever starts a task waits for its address; null: tasks have no public one. */
  readonly addressSeconds: number | null
}

/** Does what is asked and tells how the backend is then. Throws when the table fails. */
export const act = async ({ action, by }: Request, doors: ManagerDoors): Promise<Answer> => {
  const { table, newId, now, settings, port } = doors
  if (action === 'status') {
    const task = await shownAddress(taskOf(await table.read()), doors)
    return statusOf(task, port, now())
  }
  if (action === 'ping') {
    const { task, effects } = await change(table, newId, task => ping(task, now(), settings))
    await performed(effects, doors)
    return statusOf(await notedAddress(task, 0, doors), port, now())
  }
  const { task, outcome, effects } = await change(table, newId, task => start(task, { by }, now(), settings))
  await performed(effects, doors)
  if (outcome !== 'started') return statusOf(await notedAddress(task, 0, doors), port, now())
  doors.log({ level: 'info', message: 'starts', generation: task.generation, by })
  const launched = taskOf(await table.read())
  return startedOf(await notedAddress(launched, doors.addressSeconds ?? 0, doors), port, now())
}

/** What could not be done now is done by whoever asks next, or by the sweep. The state is written, so the answer stands. */
const performed = async (effects: Step<string>['effects'], doors: ManagerDoors): Promise<void> => {
  try {
    await perform(effects, doors)
  } catch (error) {
    doors.log({ level: 'error', message: 'ECS or the table failed', error: String(error) })
  }
}

const lacksAddress = (task: Task, doors: ManagerDoors): task is Task & { taskArn: string } =>
  doors.addressSeconds !== null &&
  (task.state === 'STARTING' || task.state === 'READY') &&
  task.taskArn !== null &&
  task.publicIp === null

const notedAddress = async (task: Task, seconds: number, doors: ManagerDoors): Promise<Task> =>
  lacksAddress(task, doors) ? ((await findAddress(task.taskArn, seconds, doors)) ?? task) : task

/** Status only reads: it tells the address without noting it. */
const shownAddress = async (task: Task, doors: ManagerDoors): Promise<Task> =>
  lacksAddress(task, doors) ? { ...task, publicIp: await lookUpAddress(task.taskArn, doors) } : task
