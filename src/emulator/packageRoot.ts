import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package the module `url` belongs to, whether it runs from src/ or from a bundle in dist/. */
export const packageRoot = (url: string): string => {
  let folder = dirname(fileURLToPath(url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`${url} belongs to no package`)
    folder = parent
  }
  return folder
}
