import { randomUUID } from 'node:crypto'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../../errors.ts'
import type { Backend, Doors } from '../backend.ts'
import { checkDatabase } from './checkDatabase.ts'
import { downloadVersion } from './downloadVersion.ts'
import type { Version } from './version.ts'

/**
 * Saves a version as the file `path`, checked before it bears that name; what is there is replaced at once or not at
 * all. Throws UserError when the version is no sound database, or the folder cannot be written to.
 */
export const backup = async (
  doors: Pick<Doors, 'aws' | 'signal'>,
  { database }: Backend,
  version: Version,
  path: string,
): Promise<{ readonly sha256: string }> => {
  // Beside the file: only within one disk is a rename all or nothing.
  const folder = await mkdtemp(join(dirname(path), `.${basename(path)}-`)).catch(error => {
    throw new UserError(
      `${dirname(path)} cannot be written to (${(error as NodeJS.ErrnoException).code}).`,
      'Name a file in a folder that is there and yours.',
      { cause: error },
    )
  })
  try {
    const draft = join(folder, randomUUID())
    const { sha256 } = await downloadVersion(doors, database, version, draft)
    const fault = await checkDatabase(draft)
    if (fault !== null)
      throw new UserError(
        `The database in s3://${database.bucket}/${database.key} (version ${version.id}) is broken: ${fault}`,
        'No file was written. Put an earlier version back: storyarch db versions',
      )
    await rename(draft, path)
    return { sha256 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `notes-dev-20261126T110721Z.sqlite3`: whose it is, and of when. */
export const backupName = (stack: string, atMs: number): string =>
  `${stack.replace('/', '-')}-${new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')}.sqlite3`
