import { type Item, taskOf } from '../lifecycle/item.ts'
import { ping } from '../lifecycle/ping.ts'
import { start } from '../lifecycle/start.ts'
import { type Changed, change } from '../lifecycle/store.ts'
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
    const pinged = await change(table, newId, task => ping(task, now(), settings))
    const item = await notedAddress(await performed(pinged, doors), 0, doors)
    return statusOf(taskOf(item), port, now())
  }
  const begun = await change(table, newId, task => start(task, { by }, now(), settings))
  const item = await performed(begun, doors)
  if (begun.outcome !== 'started') return statusOf(taskOf(await notedAddress(item, 0, doors)), port, now())
  doors.log({ level: 'info', message: 'starts', generation: begun.task.generation, by })
  return startedOf(taskOf(await notedAddress(item, doors.addressSeconds ?? 0, doors)), port, now())
}

/** What could not be done now is done by whoever asks next, or by the sweep. The state is written, so the answer stands. */
const performed = async (changed: Changed<string>, doors: ManagerDoors): Promise<Item> => {
  try {
    return await perform(changed, doors)
  } catch (error) {
    doors.log({ level: 'error', message: 'ECS or the table failed', error: String(error) })
    return changed.item
  }
}

const lacksAddress = (task: Task, doors: ManagerDoors): task is Task & { taskArn: string } =>
  doors.addressSeconds !== null &&
  (task.state === 'STARTING' || task.state === 'READY') &&
  task.taskArn !== null &&
  task.publicIp === null

const notedAddress = async (item: Item, seconds: number, doors: ManagerDoors): Promise<Item> => {
  const task = taskOf(item)
  return lacksAddress(task, doors) ? findAddress(task.taskArn, seconds, item, doors) : item
}

/** Status only reads: it tells the address without noting it. */
const shownAddress = async (task: Task, doors: ManagerDoors): Promise<Task> =>
  lacksAddress(task, doors) ? { ...task, publicIp: await lookUpAddress(task.taskArn, doors) } : task
