import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a task began with: nothing at all, or one version of the database. */
export type Base =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'version'
      readonly etag: string
      /** Null in a bucket that keeps no versions. */
      readonly versionId: string | null
      /** Hex. */
      readonly sha256: string
      /** See `countersOf`. */
      readonly counters: string
    }

const fileIn = (folder: string): string => join(folder, 'base.json')

/** Notes it for the container that saves the database in the end. */
export const writeBase = async (folder: string, base: Base): Promise<void> => {
  const draft = `${fileIn(folder)}.draft`
  await writeFile(draft, JSON.stringify(base), { flush: true })
  await rename(draft, fileIn(folder))
}

/** Null when no `restore` has come to its end here. */
export const readBase = async (folder: string): Promise<Base | null> => {
  const text = await readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return null
  })
  return text === null ? null : (JSON.parse(text) as Base)
}

/** When the `restore` of this task came to its end, epoch milliseconds; null when none has. */
export const restoredAtMs = async (folder: string): Promise<number | null> =>
  stat(fileIn(folder)).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
