import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import { packageFolder } from '../packageFolder.ts'

/** Where the build puts the module that is served as `/storyarch.js`. Absolute. */
export const browserModuleFile = (): string => join(packageFolder(), 'dist', 'browser', 'storyarch.js')

/** The module's bytes. Throws UserError when the project was never built. */
export const browserModule = (file: string): Promise<Buffer> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new UserError('The browser module is not built.', 'Run `npm run build`.', { cause: error })
  })
