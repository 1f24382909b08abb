import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { packageFolder } from './packageFolder.ts'

/** What Node is told to run in the agent's image, whose root holds the folder's files under `/agent`. */
export const AGENT_FILE = 'agent.cjs'

/**
 * The folder with the agent's program, made by the build from `src/runtime/container`: `agent.cjs` and nothing else, the
 * same bytes for the same sources. Throws UserError when the project was never built.
 */
export const agentFolder = async (root = packageFolder()): Promise<string> => {
  const folder = join(root, 'dist', 'agent')
  await access(join(folder, AGENT_FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new UserError('The agent is not built.', 'Run `npm run build`.', { cause: error })
  })
  return folder
}
