import { required } from '../lifecycle/settings.ts'
import { monitorTask } from './monitorTask.ts'
import { openDoors } from './openDoors.ts'

const doors = openDoors(process.env)
const place = { cluster: required(process.env, 'CLUSTER'), family: required(process.env, 'TASK_FAMILY') }

/** Alarms, schedules, ended tasks, or a direct invocation `{ "action": "stop", "by": "…" }`. */
export const handler = (event: unknown): Promise<void> => monitorTask(event, place, doors)
