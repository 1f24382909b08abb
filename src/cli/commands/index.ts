import type { AnyCommand, CommandGroup } from '../command.ts'
import { completion } from './completion.ts'
import { destroy } from './destroy.ts'
import { local } from './local.ts'
import { ls } from './ls.ts'
import { outputs } from './outputs.ts'
import { plan } from './plan.ts'
import { schema } from './schema.ts'
import { up } from './up.ts'
import { validate } from './validate.ts'

/** All commands in the order in which people meet them. */
export const commands: readonly (AnyCommand | CommandGroup)[] = [
  validate,
  plan,
  up,
  outputs,
  ls,
  destroy,
  local,
  schema,
  completion,
]
