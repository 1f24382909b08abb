import type { Item } from '../lifecycle/item.ts'
import { addressed } from '../lifecycle/launch.ts'
import { change } from '../lifecycle/store.ts'
import type { Doors } from './doors.ts'

/** The task's public address as EC2 knows it now; null when it has none yet, or it cannot be seen. */
export const lookUpAddress = async (taskArn: string, doors: Doors): Promise<string | null> => {
  try {
    const [seen] = await doors.ecs.describe([taskArn])
    if (!seen?.networkInterface) return null
    return await doors.publicIpOf(seen.networkInterface)
  } catch (error) {
    // An address that was made seconds ago may be unknown to EC2; whoever asks again gets it.
    doors.log({ level: 'warn', message: 'the address could not be seen', taskArn, error: String(error) })
    return null
  }
}

/**
 * Waits at most `seconds` for the address, looking once a second, and notes it for whoever asks next. Answers the item with
 * it, or as it was known.
 */
export const findAddress = async (
  taskArn: string,
  seconds: number,
  known: Item,
  doors: Doors,
): Promise<Item> => {
  const until = doors.now() + seconds
  for (;;) {
    const publicIp = await lookUpAddress(taskArn, doors)
    if (publicIp !== null)
      return (await change(doors.table, doors.newId, task => addressed(task, { taskArn, publicIp }), known))
        .item
    if (doors.now() + 1 > until) return known
    await doors.sleep(1)
  }
}
