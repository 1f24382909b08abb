import { required } from '../lifecycle/settings.ts'
import { lambdaAws } from './aws.ts'
import type { LogEntry } from './doors.ts'
import { monitorTask } from './monitorTask.ts'
import { openDoors } from './openDoors.ts'

const log = (entry: LogEntry) => console.log(JSON.stringify(entry))

// Made while Lambda initialises.
const doors = openDoors(process.env, lambdaAws(log), log)
const place = { cluster: required(process.env, 'CLUSTER'), family: required(process.env, 'TASK_FAMILY') }

/** Alarms, schedules, ended tasks, or a direct invocation `{ "action": "stop", "by": "…" }`. */
export const handler = (event: unknown): Promise<void> => monitorTask(event, place, doors)
