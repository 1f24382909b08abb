import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where what is built for a stack (`project/environment`) lies until it is uploaded: two stacks of one folder may be
 * deployed at once. Made with a word to git that nothing of it is to be kept.
 */
export const workFolder = (projectFolder: string, stack: string): string => {
  const own = join(projectFolder, '.storyarch')
  const folder = join(own, 'work', stack)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(own, '.gitignore'), '*\n')
  return folder
}
