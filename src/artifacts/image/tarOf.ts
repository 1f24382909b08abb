import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Pack, pack } from 'tar-stream'
import { UserError } from '../../errors.ts'
import { aheadOf } from '../aheadOf.ts'
import { cannotRead } from '../cannotRead.ts'
import type { TreeEntry } from '../fileTree.ts'
import { chunksOf } from '../oci/chunksOf.ts'

export interface Packing {
  readonly folder: string
  readonly entries: readonly TreeEntry[]
  /** Where the folder's content lies in the image. */
  readonly target: string
  /** Whether there is an image underneath, which has the folders every Linux has. */
  readonly onBase: boolean
}

type FileEntry = Extract<TreeEntry, { kind: 'file' }>
type Header = Parameters<Pack['entry']>[0]

const AHEAD = 16
/** A file up to this size is read whole, before it is its turn. */
const SMALL_BYTES = 256 << 10
const ALWAYS = { mtime: new Date(0), uid: 0, gid: 0 }

/**
 * Folders that a base image has. Where it made a link of one (`/lib`), or gave it rights of its own (`/tmp`), an entry for
 * it in our layer would undo that.
 */
const SYSTEM = new Set(
  'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var'.split(' '),
)

/**
 * The entries under `target` as a tar archive: dated 1970, owned by root, modes 0755 and 0644, so that equal entries give
 * equal bytes wherever and whenever. Files are streamed. Throws UserError for one that cannot be read or changes meanwhile.
 */
export const tarOf = ({ folder, entries, target, onBase }: Packing): AsyncIterable<Uint8Array> => {
  const tar = pack()
  const inside = target.split('/').filter(name => name !== '')
  const isBases = (path: string) => onBase && SYSTEM.has(path)
  const fill = async (): Promise<void> => {
    for (const path of inside.map((_, index) => inside.slice(0, index + 1).join('/')))
      if (!isBases(path)) await put(tar, { name: `${path}/`, type: 'directory', mode: 0o755 })
    const read = async (entry: TreeEntry) => ({ entry, content: await small(folder, entry) })
    for await (const { entry, content } of aheadOf(entries, AHEAD, read)) {
      const name = [...inside, entry.path].join('/')
      if (entry.kind === 'link')
        await put(tar, { name, type: 'symlink', mode: 0o777, linkname: entry.target })
      else if (entry.kind === 'file') await putFile(tar, name, folder, entry, content)
      else if (!isBases(name)) await put(tar, { name: `${name}/`, type: 'directory', mode: 0o755 })
    }
    tar.finalize()
  }
  // Whoever reads the archive hears of it.
  fill().catch(error => tar.destroy(error))
  return tar as AsyncIterable<Buffer>
}

const put = (tar: Pack, header: Header, content: Buffer = Buffer.alloc(0)): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    const full = { ...ALWAYS, ...header, size: content.length }
    quiet(header.type === 'file' ? tar.entry(full, content, done) : tar.entry(full, done))
  })

/** What ends the archive ends its entry too, and is told by the archive. */
const quiet = (entry: NodeJS.EventEmitter): void => {
  entry.on('error', () => {})
}

const small = async (folder: string, entry: TreeEntry): Promise<Buffer | null> => {
  if (entry.kind !== 'file' || entry.size > SMALL_BYTES) return null
  const path = join(folder, entry.path)
  return readFile(path).catch(cannotRead(path))
}

const putFile = async (
  tar: Pack,
  name: string,
  folder: string,
  { path, size, executable }: FileEntry,
  content: Buffer | null,
): Promise<void> => {
  const header = { name, type: 'file', mode: executable ? 0o755 : 0o644 } as const
  if (content === null) return putLarge(tar, header, join(folder, path), size)
  if (content.length !== size) throw changed(join(folder, path))
  await put(tar, header, content)
}

/** The size goes before the content. */
const putLarge = async (tar: Pack, header: Header, path: string, size: number): Promise<void> => {
  const done = Promise.withResolvers<void>()
  done.promise.catch(() => {})
  const entry = tar.entry({ ...ALWAYS, ...header, size }, error =>
    error ? done.reject(error) : done.resolve(),
  )
  quiet(entry)
  const keep = openKeeper()
  let position = 0
  try {
    for await (const chunk of chunksOf(path, 0, SMALL_BYTES)) {
      position += chunk.length
      if (position > size) throw changed(path)
      if (!entry.write(keep(chunk))) await Promise.race([drained(entry), done.promise])
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) cannotRead(path)(error as Error)
    throw error
  }
  if (position < size) throw changed(path)
  entry.end(null)
  await done.promise
}

/**
 * Copies of chunks, for an archive that keeps what it is given until it is read. It takes a chunk when the one before it has
 * been read, so that four buffers are enough, and memory stays flat however large a file is.
 */
const openKeeper = (): ((chunk: Uint8Array) => Buffer) => {
  const buffers: Buffer[] = []
  let turn = 0
  return chunk => {
    const at = turn++ % 4
    let buffer = buffers[at]
    if (buffer === undefined || buffer.length < chunk.length) buffer = Buffer.allocUnsafe(chunk.length)
    buffers[at] = buffer
    buffer.set(chunk)
    return buffer.subarray(0, chunk.length)
  }
}

const drained = (entry: NodeJS.WritableStream): Promise<void> =>
  new Promise(resolve => entry.once('drain', resolve))

const changed = (path: string): UserError =>
  new UserError(`${path} changed while it was read.`, 'Run the same command again.')
