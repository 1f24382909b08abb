import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../../errors.ts'

/** Where the build puts the module that is served as `/storyarch.js`. Absolute, wherever in the package this code runs from. */
export const browserModuleFile = (from = import.meta.dirname): string => {
  if (existsSync(join(from, 'package.json'))) return join(from, 'dist', 'browser', 'storyarch.js')
  if (dirname(from) === from) throw new Error('no package.json above this module')
  return browserModuleFile(dirname(from))
}

/** The module's bytes. Throws UserError when the project was never built. */
export const browserModule = (file: string): Promise<Buffer> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new UserError('The browser module is not built.', 'Run `npm run build`.', { cause: error })
  })
