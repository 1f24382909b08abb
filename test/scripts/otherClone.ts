import { cp, mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** The sources of the runtime in another place of the disk, written now. */
export const otherClone = async (folder: string): Promise<string> => {
  const clone = join(folder, 'a clone', 'elsewhere')
  await mkdir(clone, { recursive: true })
  await cp('src', join(clone, 'src'), { recursive: true })
  await cp('package.json', join(clone, 'package.json'))
  await symlink(resolve('node_modules'), join(clone, 'node_modules'))
  return clone
}
