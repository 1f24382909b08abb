import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { StoredImage } from './storedImage.ts'
import { unpackLayer } from './unpackLayer.ts'

/** More than the containers of one task. */
const KEPT_TREES = 12

const TREE = /^[0-9a-f]{64}$/

/**
 * The folder below `cache` in which the image's layers lie unpacked over each other; it is of use for as long as nobody
 * writes in it. Unpacked once for the same layers; the last few are kept.
 */
export const imageTree = async (image: StoredImage, cache: string): Promise<string> => {
  const layers = image.layers.map(path => basename(path)).join('\n')
  const tree = join(cache, createHash('sha256').update(layers).digest('hex'))
  if (!existsSync(tree)) await unpack(image, tree)
  const now = new Date()
  await utimes(tree, now, now)
  await dropOldTrees(cache)
  return tree
}

/** Whole or not at all: made elsewhere, and renamed. */
const unpack = async ({ layers }: StoredImage, tree: string): Promise<void> => {
  const draft = `${tree}.${process.pid}.${performance.now()}`
  try {
    await mkdir(draft, { recursive: true })
    for (const layer of layers) await unpackLayer(layer, draft)
    await rename(draft, tree)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Two tasks of one image at once: the other one was quicker.
    if (!existsSync(tree)) throw error
  }
}

/** Those that nobody has asked for in longest, and drafts that a killed emulator has left. */
const dropOldTrees = async (cache: string): Promise<void> => {
  const names = await readdir(cache)
  const trees = await Promise.all(
    names
      .filter(name => TREE.test(name))
      .map(async name => {
        const usedAt = (await stat(join(cache, name)).catch(() => null))?.mtimeMs ?? 0
        return { name, usedAt }
      }),
  )
  const old = trees.sort((a, b) => b.usedAt - a.usedAt).slice(KEPT_TREES)
  const left = names.filter(name => !TREE.test(name) && name.split('.')[1] !== String(process.pid))
  for (const name of [...old.map(tree => tree.name), ...left])
    await rm(join(cache, name), { recursive: true, force: true })
}
