import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  fchmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, posix, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { insideRoot } from './insideRoot.ts'

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer Item> ? Item : never

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/** A layer on its way into a folder. */
interface Laying {
  readonly root: string
  /** What this layer has brought so far. */
  readonly written: Set<string>
  /** Paths that are no links. */
  readonly known: Set<string>
}

/**
 * Lays a layer over what is in `root` (OCI image specification, "Image Layer Filesystem Changeset"): its whiteouts take
 * away what lower layers brought. Nothing leaves `root`, whatever names and links the layer holds; owners and devices are
 * left out, as they take rights that we may not have. Files are written without waiting for each: a layer has thousands of
 * small ones, and what comes between two of them is enough for others to be served.
 */
export const unpackLayer = async (layer: string, root: string): Promise<void> => {
  const laying: Laying = { root, written: new Set(), known: new Set() }
  const tar = extract()
  const decoder = decoderFor(layer)
  const feeding = decoder
    ? pipeline(createReadStream(layer), decoder, tar)
    : pipeline(createReadStream(layer), tar)
  const reading = (async () => {
    for await (const entry of tar) await lay(entry, laying)
  })()
  await Promise.all([feeding, reading])
}

/** By the first bytes: media types are not always true. */
const decoderFor = (layer: string) => {
  const start = Buffer.alloc(4)
  const file = openSync(layer, 'r')
  readSync(file, start, 0, 4, 0)
  closeSync(file)
  if (start[0] === 0x1f && start[1] === 0x8b) return createGunzip()
  return start.readUInt32LE() === 0xfd2fb528 ? createZstdDecompress() : null
}

const lay = async (entry: Entry, laying: Laying): Promise<void> => {
  const { root, written, known } = laying
  const { name, mode = 0o644, type, linkname } = entry.header
  const path = insideRoot(root, name, known)
  if (path === root && type !== 'directory') throw new Error(`'${name}' is no name for a ${type}`)
  if (path !== root && basename(path).startsWith(WHITEOUT)) whiteOut(path, laying)
  else if (type === 'directory') layFolder(path, mode, laying)
  else if (type === 'file' || type === 'contiguous-file') await layFile(entry, path, mode, laying)
  else if (type === 'symlink') {
    clear(path, laying)
    symlinkSync(linkInside(root, path, linkname ?? ''), path)
  } else if (type === 'link') layHardLink(insideRoot(root, linkname ?? '', known), path, laying)
  written.add(path)
  entry.resume()
}

/** A folder stays open to us, so that what is in it can be laid and removed. */
const layFolder = (path: string, mode: number, laying: Laying): void => {
  const held = lstatSync(path, { throwIfNoEntry: false })
  if (held && !held.isDirectory()) clear(path, laying)
  mkdirSync(path, { recursive: true })
  chmodSync(path, (mode & 0o777) | 0o700)
}

const layFile = async (entry: Entry, path: string, mode: number, laying: Laying): Promise<void> => {
  clear(path, laying)
  const file = openSync(path, 'wx')
  try {
    for await (const chunk of entry as AsyncIterable<Uint8Array>)
      for (let done = 0; done < chunk.length; ) done += writeSync(file, chunk, done)
    fchmodSync(file, (mode & 0o777) | 0o400)
  } finally {
    closeSync(file)
  }
}

const layHardLink = (target: string, path: string, laying: Laying): void => {
  if (target === path) return
  clear(path, laying)
  try {
    linkSync(target, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    copyFileSync(target, path)
  }
}

/** Makes room for something new at `path`. */
const clear = (path: string, { known }: Laying): void => {
  if (lstatSync(path, { throwIfNoEntry: false })) {
    rmSync(path, { recursive: true, force: true })
    known.clear()
  } else mkdirSync(dirname(path), { recursive: true })
}

/** An opaque whiteout empties its folder of lower layers' things, wherever in its own layer it stands. */
const whiteOut = (path: string, { written, known }: Laying): void => {
  const folder = dirname(path)
  const name = basename(path)
  const hidden = name.slice(WHITEOUT.length)
  // `.wh...` would take away the folder above.
  if (name !== OPAQUE && ['', '.', '..'].includes(hidden)) throw new Error(`${name} hides nothing`)
  const gone = name === OPAQUE ? namesIn(folder) : [hidden]
  for (const victim of gone.map(it => join(folder, it)))
    if (![...written].some(held => held === victim || held.startsWith(victim + sep)))
      rmSync(victim, { recursive: true, force: true })
  known.clear()
}

const namesIn = (folder: string): string[] => {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() ? readdirSync(folder) : []
}

/** A link as it must be written for the folder `root` to stand for `/`: relative, and never out of it. */
const linkInside = (root: string, path: string, target: string): string => {
  const folder = `/${relative(root, dirname(path)).replaceAll(sep, '/')}`
  const inside = posix.resolve(folder, target)
  return posix.relative(folder, inside) || '.'
}
