import { UserError } from '../../errors.ts'
import { readAlarm, readBackendStatus } from '../../operations/status/backendStatus.ts'
import { readDatabaseStatus } from '../../operations/status/databaseStatus.ts'
import { readStackStatus } from '../../operations/status/stackStatus.ts'
import { type OpenedStack, openStack } from '../context.ts'
import type { GlobalFlags } from '../flags.ts'
import { belongsTo } from '../only.ts'
import type { Shell } from '../shell.ts'
import type { Board, Part } from './board.ts'

/** Where the board's parts come from. */
export interface Source {
  readonly stack: OpenedStack
  /** Reads one part anew; those that a site alone has not are null. */
  read(part: Part): Promise<Partial<Pick<Board, Part>>>
}

/** S3 tells of one version at a time what it was stored for; the board shows few. */
const DESCRIBED = 5

/**
 * Opens the stack to be looked at. Its sources are compared with what runs; where they cannot be read, or built here,
 * the rest of the stack still is.
 */
export const openSource = async (flags: GlobalFlags, shell: Shell): Promise<Source> => {
  const { stack, wants } = await opened(flags, shell)
  const { world, backend } = stack
  const { aws } = world
  const read = async (part: Part): Promise<Partial<Pick<Board, Part>>> => {
    if (part === 'stack') {
      const status = await readStackStatus(world, stack.blueprint, wants)
      return { stack: { ...status, outputs: await stack.reachable(status.outputs) } }
    }
    if (backend === null) return {}
    if (part === 'backend') return { backend: await readBackendStatus(aws, backend) }
    if (part === 'alarm') return { alarm: await readAlarm(aws, backend) }
    return { database: await readDatabaseStatus(aws, backend, DESCRIBED) }
  }
  return { stack, read }
}

const opened = async (
  flags: GlobalFlags,
  shell: Shell,
): Promise<{ stack: OpenedStack; wants: (id: string) => boolean }> => {
  try {
    const stack = await openStack(flags, shell, () => {}, { wants: () => true, image: null, frontend: null })
    return { stack, wants: () => true }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const stack = await openStack(flags, shell, () => {}, null)
    shell.say(shell.sayColours.dim(`Content is not compared: ${error.fact}`))
    return { stack, wants: belongsTo('infra') }
  }
}
