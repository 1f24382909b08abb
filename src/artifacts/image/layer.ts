import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Pack, pack } from 'tar-stream'
import { UserError } from '../../errors.ts'
import { cannotRead, type TreeEntry } from '../fileTree.ts'
import type { Descriptor } from '../oci/image.ts'
import type { LayoutWriter } from '../oci/layoutWriter.ts'
import { mediaTypes } from '../oci/mediaTypes.ts'

export interface Layer {
  readonly descriptor: Descriptor
  /** Digest of the layer unpacked, as the config names it. */
  readonly diffId: string
}

const EPOCH = new Date(0)
const READ_BYTES = 1 << 20

/**
 * Packs entries of `folder` under `target` into a layer of `layout`. Equal entries give equal bytes: sorted, dated 1970,
 * owned by root, modes 0755 and 0644. Files are streamed.
 */
export const writeLayer = async (
  layout: LayoutWriter,
  folder: string,
  target: string,
  entries: readonly TreeEntry[],
): Promise<Layer> => {
  const tar = pack()
  const unpacked = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      unpacked.update(chunk)
      done(null, chunk)
    },
  })
  const gzip = createGzip({ level: 6 })
  const filling = fill(tar, folder, target.replace(/^\/+|\/+$/g, ''), entries).catch(error => {
    tar.destroy(error)
    throw error
  })
  const flowing = pipeline(tar, hashing, gzip)
  const [descriptor] = await Promise.all([layout.addBlob(gzip, mediaTypes.layerGzip), filling, flowing])
  return { descriptor, diffId: `sha256:${unpacked.digest('hex')}` }
}

const fill = async (
  tar: Pack,
  folder: string,
  target: string,
  entries: readonly TreeEntry[],
): Promise<void> => {
  const base = { mtime: EPOCH, uid: 0, gid: 0 }
  for (const name of ancestors(target))
    await put(tar, { ...base, name: `${name}/`, type: 'directory', mode: 0o755 })
  for (const entry of entries) {
    const name = target === '' ? entry.path : `${target}/${entry.path}`
    if (entry.kind === 'folder') await put(tar, { ...base, name: `${name}/`, type: 'directory', mode: 0o755 })
    else if (entry.kind === 'link')
      await put(tar, { ...base, name, type: 'symlink', mode: 0o777, linkname: entry.target })
    else
      await putFile(tar, join(folder, entry.path), { ...base, name, mode: entry.executable ? 0o755 : 0o644 })
  }
  tar.finalize()
}

const ancestors = (path: string): string[] => {
  const names = path.split('/').filter(name => name !== '')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

type Header = Parameters<Pack['entry']>[0]

const put = (tar: Pack, header: Header): Promise<void> =>
  new Promise((resolve, reject) => {
    tar.entry({ ...header, size: 0 }, error => (error ? reject(error) : resolve()))
  })

/** The size goes before the content: a file that changes meanwhile would break the archive. */
const putFile = async (tar: Pack, path: string, header: Header): Promise<void> => {
  const { size } = await lstat(path).catch(cannotRead(path))
  const done = Promise.withResolvers<void>()
  const entry = tar.entry({ ...header, type: 'file', size }, error =>
    error ? done.reject(error) : done.resolve(),
  )
  try {
    await pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), entry)
    await done.promise
  } catch (error) {
    done.promise.catch(() => {})
    if (/size mismatch/i.test(String(error)))
      throw new UserError(`${path} changed while it was read.`, 'Run the same command again.', {
        cause: error,
      })
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      cannotRead(path)(error as NodeJS.ErrnoException)
    throw error
  }
}
