import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where what is built lies until it is uploaded. Made with a word to git that nothing of it is to be kept. */
export const workFolder = (projectFolder: string): string => {
  const own = join(projectFolder, '.storyarch')
  const folder = join(own, 'work')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(own, '.gitignore'), '*\n')
  return folder
}
