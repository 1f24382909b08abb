import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, copyFile, link, lstat, mkdir, open, readdir, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, posix, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { insideRoot } from './insideRoot.ts'

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer Item> ? Item : never

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/**
 * Lays a layer over what is in `root` (OCI image specification, "Image Layer Filesystem Changeset"): its whiteouts take
 * away what lower layers brought. Nothing leaves `root`, whatever names and links the layer holds; owners and devices are
 * left out, as they take rights that we may not have.
 */
export const unpackLayer = async (layer: string, root: string): Promise<void> => {
  const written = new Set<string>()
  const tar = extract()
  const decoder = await decoderFor(layer)
  const feeding = decoder
    ? pipeline(createReadStream(layer), decoder, tar)
    : pipeline(createReadStream(layer), tar)
  const reading = (async () => {
    for await (const entry of tar) await lay(entry, root, written)
  })()
  await Promise.all([feeding, reading])
}

/** By the first bytes: media types are not always true. */
const decoderFor = async (layer: string) => {
  const file = await open(layer)
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
  await file.close()
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) return createGunzip()
  return buffer.readUInt32LE() === 0xfd2fb528 ? createZstdDecompress() : null
}

const lay = async (entry: Entry, root: string, written: Set<string>): Promise<void> => {
  const { name, mode = 0o644, type, linkname } = entry.header
  const path = await insideRoot(root, name)
  if (path === root && type !== 'directory') throw new Error(`'${name}' is no name for a ${type}`)
  if (path !== root && basename(path).startsWith(WHITEOUT)) await whiteOut(path, written)
  else if (type === 'directory') await layFolder(path, mode)
  else if (type === 'file' || type === 'contiguous-file') {
    await clear(path)
    await pipeline(entry as AsyncIterable<Uint8Array>, createWriteStream(path))
    await chmod(path, (mode & 0o777) | 0o400)
  } else if (type === 'symlink') {
    await clear(path)
    await symlink(linkInside(root, path, linkname ?? ''), path)
  } else if (type === 'link') {
    const target = await insideRoot(root, linkname ?? '')
    await clear(path)
    await link(target, path).catch(() => copyFile(target, path))
  }
  written.add(path)
  entry.resume()
}

/** A folder stays open to us, so that what is in it can be laid and removed. */
const layFolder = async (path: string, mode: number): Promise<void> => {
  const held = await lstat(path).catch(() => null)
  if (held && !held.isDirectory()) await rm(path)
  await mkdir(path, { recursive: true })
  await chmod(path, (mode & 0o777) | 0o700)
}

const clear = async (path: string): Promise<void> => {
  await rm(path, { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true })
}

/** An opaque whiteout empties its folder of lower layers' things, wherever in its own layer it stands. */
const whiteOut = async (path: string, written: ReadonlySet<string>): Promise<void> => {
  const folder = dirname(path)
  const name = basename(path)
  const hidden = name.slice(WHITEOUT.length)
  // `.wh...` would take away the folder above.
  if (name !== OPAQUE && ['', '.', '..'].includes(hidden)) throw new Error(`${name} hides nothing`)
  const gone = (name === OPAQUE ? await readdir(folder).catch(() => []) : [hidden]).map(it =>
    join(folder, it),
  )
  for (const victim of gone)
    if (![...written].some(held => held === victim || held.startsWith(victim + sep)))
      await rm(victim, { recursive: true, force: true })
}

/** A link as it must be written for the folder `root` to stand for `/`: relative, and never out of it. */
const linkInside = (root: string, path: string, target: string): string => {
  const folder = `/${relative(root, dirname(path)).replaceAll(sep, '/')}`
  const inside = posix.resolve(folder, target)
  return posix.relative(folder, inside) || '.'
}
