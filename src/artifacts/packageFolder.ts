import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package, wherever in it this code runs from: a source file or a bundle in `dist`. */
export const packageFolder = (from = import.meta.dirname): string => {
  if (existsSync(join(from, 'package.json'))) return from
  if (dirname(from) === from) throw new Error('no package.json above this module')
  return packageFolder(dirname(from))
}
