import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { FilesRecipe } from '../../../src/artifacts/image/recipe.ts'
import type { ConfigDocument, ManifestDocument } from '../../../src/artifacts/oci/documents.ts'
import type { Image } from '../../../src/artifacts/oci/image.ts'
import { bytesOf, HERE, scratch } from '../registry/images.ts'

/** What lies under a path: a file's content, or where a link leads. */
export type Leaf = string | Buffer | { readonly link: string } | { readonly script: string | Buffer }

export type Tree = Readonly<Record<string, Leaf>>

/** Writes the tree into a fresh folder in the order given; `seconds` is the time its files claim to be from. */
export const plant = (tree: Tree, folder = scratch(), seconds = 1_000_000_000): string => {
  for (const [path, leaf] of Object.entries(tree)) {
    const absolute = join(folder, path)
    mkdirSync(dirname(absolute), { recursive: true })
    if (typeof leaf === 'object' && 'link' in leaf) symlinkSync(leaf.link, absolute)
    else {
      const script = typeof leaf === 'object' && 'script' in leaf
      writeFileSync(absolute, script ? leaf.script : leaf)
      if (script) chmodSync(absolute, 0o700)
      utimesSync(absolute, seconds, seconds)
    }
  }
  return folder
}

export const recipeFor = (files: string, more: Partial<FilesRecipe> = {}): FilesRecipe => ({
  from: 'files',
  files,
  target: '/app',
  base: null,
  command: ['/app/run'],
  environment: {},
  user: null,
  platform: HERE.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
  ...more,
})

export const manifestOf = (image: Image): ManifestDocument =>
  JSON.parse(Buffer.from(image.manifest).toString())

export const configOf = (image: Image): ConfigDocument => JSON.parse(Buffer.from(image.config).toString())

export interface Unpacked {
  readonly header: Header
  readonly content: string
}

/** What the layers of an image hold, by path, one map for each layer. */
export const layersOf = async (image: Image): Promise<Map<string, Unpacked>[]> => {
  const layers = []
  for (const { digest } of manifestOf(image).layers) {
    const blob = image.blobs.find(({ descriptor }) => descriptor.digest === digest)
    if (blob === undefined) throw new Error(`the image has no blob ${digest}`)
    layers.push(await unpack(gunzipSync(await bytesOf(await blob.open(0)))))
  }
  return layers
}

const unpack = async (tar: Buffer): Promise<Map<string, Unpacked>> => {
  const found = new Map<string, Unpacked>()
  const reading = extract()
  Readable.from([tar]).pipe(reading)
  for await (const entry of reading)
    found.set(entry.header.name, {
      header: entry.header,
      content: (await buffer(entry)).toString('utf8'),
    })
  return found
}
