import { parameterValue } from '../aws/parameter.ts'
import { required } from '../lifecycle/settings.ts'
import type { ManagerDoors } from './act.ts'
import type { Auth } from './authorize.ts'
import { lambdaAws } from './aws.ts'
import type { LogEntry } from './doors.ts'
import { keepToken } from './keepToken.ts'
import { manageTask } from './manageTask.ts'
import { deadline, openDoors } from './openDoors.ts'

const log = (entry: LogEntry) => console.log(JSON.stringify(entry))

// Made while Lambda initialises, so that the first request does not wait for it.
const aws = lambdaAws(log)

const doors: ManagerDoors = {
  ...openDoors(process.env, aws, log),
  port: Number(required(process.env, 'PORT')),
  addressSeconds: process.env['PUBLIC_IP'] === 'true' ? 4 : null,
}

const authOf = (mode: string | undefined): Auth => {
  if (mode === 'none' || mode === 'jwt') return { mode }
  if (mode !== 'token') throw new Error(`API_AUTH is ${mode}`)
  const name = required(process.env, 'API_TOKEN_PARAMETER')
  return { mode, expected: keepToken(() => parameterValue(aws, name, deadline()), doors.now) }
}

const auth = authOf(process.env['API_AUTH'])

/** HTTP API `ANY /start`, or a direct invocation `{ "action": "start" | "ping" | "status", "by": "…" }`. */
export const handler = (event: unknown) => manageTask(event, auth, doors)
