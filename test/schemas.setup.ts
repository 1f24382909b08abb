import { statSync } from 'node:fs'
import { join } from 'node:path'
import { sliceSchemas } from '../scripts/slice-schemas.ts'
import { schemasFolder } from '../src/emulator/wire/schemas.ts'

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** The embedded AWS reads schemas that the build makes; tests of an unbuilt or outdated tree make them first. */
export default async (): Promise<void> => {
  const folder = schemasFolder()
  const made = modified(join(folder, 'services.json'))
  const sources = ['scripts/slice-schemas.ts', 'package-lock.json'].map(modified)
  if (made < Math.max(...sources)) await sliceSchemas(folder)
}
