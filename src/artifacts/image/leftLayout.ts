import { createHash } from 'node:crypto'
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blob, Image, Platform } from '../oci/image.ts'
import { readLayout } from '../oci/layout.ts'

interface Place {
  readonly workFolder: string
  readonly source: string
}

const WHOLE = 'storyarch-whole'
const OURS = /^[0-9a-f]{16}(\.tar)?$/
const KEPT_MS = 24 * 3_600_000

/** Where the image of that source is built. */
export const layoutFolder = ({ workFolder, source }: Place): string => join(workFolder, source.slice(0, 16))

/** Forgets what was built: for when it is pushed. */
export const dropLayout = (place: Place): Promise<void> =>
  rm(layoutFolder(place), { recursive: true, force: true })

/** Forgets what pushes that nobody finished left behind a day ago. Younger ones may be another run's. */
export const sweepLayouts = async (workFolder: string): Promise<void> => {
  const names = (await readdir(workFolder).catch(() => [])).filter(name => OURS.test(name))
  for (const path of names.map(name => join(workFolder, name))) {
    const found = await stat(path).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > KEPT_MS)
      await rm(path, { recursive: true, force: true })
  }
}

/** Says that an engine's layout is all there: an engine that is killed leaves an index before the blobs. */
export const keepWhole = (layout: string): Promise<void> => writeFile(join(layout, WHOLE), '')

/** The image an earlier run built and did not push; null when there is none, or anything about it is wrong. */
export const leftWhole = async (layout: string, platform: Platform): Promise<Image | null> => {
  if ((await stat(join(layout, WHOLE)).catch(() => null)) === null) return null
  const image = await readLayout(layout, platform).catch(() => null)
  if (image === null) return null
  const intact = await Promise.all(image.blobs.map(isIntact))
  return intact.every(Boolean) ? image : null
}

const isIntact = async ({ descriptor, open }: Blob): Promise<boolean> => {
  const hash = createHash('sha256')
  try {
    for await (const chunk of await open(0)) hash.update(chunk)
  } catch {
    return false
  }
  return `sha256:${hash.digest('hex')}` === descriptor.digest
}
