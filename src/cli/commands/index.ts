import type { AnyCommand, CommandGroup } from '../command.ts'
import { completion } from './completion.ts'
import { db } from './db.ts'
import { destroy } from './destroy.ts'
import { local } from './local.ts'
import { logs } from './logs.ts'
import { ls } from './ls.ts'
import { outputs } from './outputs.ts'
import { ping } from './ping.ts'
import { plan } from './plan.ts'
import { schema } from './schema.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { up } from './up.ts'
import { validate } from './validate.ts'
import { wake } from './wake.ts'

/** All commands in the order in which people meet them. */
export const commands: readonly (AnyCommand | CommandGroup)[] = [
  validate,
  plan,
  up,
  status,
  wake,
  ping,
  stop,
  logs,
  db,
  outputs,
  ls,
  destroy,
  local,
  schema,
  completion,
]
