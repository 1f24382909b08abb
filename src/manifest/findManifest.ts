import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'

/**
 * Which manifest is meant: `flag`, else storyarch.yaml in `folder`, else the only one in its manifests/.
 * The answer starts with `folder`, so `.` gives what somebody standing there would type.
 * Throws UserError, naming the candidates, when that does not decide it.
 */
export const findManifest = async (flag: string | null, folder: string): Promise<string> => {
  if (flag !== null) return flag
  const [own] = await files(folder, /^storyarch\.ya?ml$/)
  if (own !== undefined) return own
  const candidates = await files(join(folder, 'manifests'), /\.ya?ml$/)
  const [only] = candidates
  if (only !== undefined && candidates.length === 1) return only
  if (only === undefined)
    throw new UserError(
      `There is no manifest: ${join(folder, 'storyarch.yaml')} is not there, and ${join(folder, 'manifests')} holds none.`,
      'Name one with -m FILE, or write storyarch.yaml: project, environment, region, and a frontend or a backend.',
    )
  throw new UserError(
    `There are ${candidates.length} manifests:\n${candidates.map(file => `  ${file}`).join('\n')}`,
    `Name the one you mean: -m ${only}`,
  )
}

const files = async (folder: string, named: RegExp): Promise<string[]> => {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  return entries
    .filter(name => named.test(name))
    .sort()
    .map(name => join(folder, name))
}
