import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file so that whoever reads it, or dies meanwhile, has the old text or the new one and never half of it. */
export const replaceFile = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
