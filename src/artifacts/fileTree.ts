import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { cannotRead } from './cannotRead.ts'
import { inParallel } from './inParallel.ts'

export { cannotRead }

/** Something in a folder. `path` is relative, with `/` between its names. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string }

/** Whether a path is left out; `folder` says what it is. Of a folder left out nothing is looked at. */
export type Ignores = (path: string, folder: boolean) => boolean

const PARALLEL = 32
const SMALL_BYTES = 1 << 20

/**
 * Everything in `folder` that is not ignored, sorted by path. Links are not followed.
 * Throws UserError for a missing folder, what cannot be read, and what is neither file, link nor folder.
 */
export const fileTree = async (folder: string, ignores: Ignores): Promise<TreeEntry[]> => {
  const list = async (inside: string): Promise<TreeEntry[]> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(
      cannotRead(join(folder, inside)),
    )
    const found = await Promise.all(
      entries.map(async (entry): Promise<TreeEntry[]> => {
        const path = inside === '' ? entry.name : `${inside}/${entry.name}`
        if (ignores(path, entry.isDirectory())) return []
        if (entry.isDirectory()) return [{ kind: 'folder', path }, ...(await list(path))]
        const absolute = join(folder, path)
        if (entry.isSymbolicLink())
          return [{ kind: 'link', path, target: await readlink(absolute).catch(cannotRead(absolute)) }]
        if (!entry.isFile())
          throw new UserError(
            `${absolute} is neither a file nor a folder nor a link.`,
            'Move it out of the folder, or ignore it.',
          )
        const { size, mode } = await lstat(absolute).catch(cannotRead(absolute))
        return [{ kind: 'file', path, size, executable: (mode & 0o111) !== 0 }]
      }),
    )
    return found.flat()
  }
  return (await list('')).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Hex SHA-256 of what the entries are and hold: paths, kinds, executable bits, contents; never times or owners. */
export const treeDigest = async (folder: string, entries: readonly TreeEntry[]): Promise<string> => {
  const lines = await inParallel(entries, PARALLEL, async entry => {
    if (entry.kind === 'folder') return [entry.kind, entry.path]
    if (entry.kind === 'link') return [entry.kind, entry.path, entry.target]
    return [entry.kind, entry.path, entry.executable, await fileDigest(join(folder, entry.path), entry.size)]
  })
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex')
}

const fileDigest = async (path: string, size: number): Promise<string> => {
  const hash = createHash('sha256')
  if (size <= SMALL_BYTES) hash.update(await readFile(path).catch(cannotRead(path)))
  else
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: SMALL_BYTES }))
        hash.update(chunk as Buffer)
    } catch (error) {
      cannotRead(path)(error as NodeJS.ErrnoException)
    }
  return hash.digest('hex')
}
