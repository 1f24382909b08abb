import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import type { StoredImage } from './storedImage.ts'

/** Writes an image as the archive that `docker load` and `podman load` take, tagged `name`. */
export const imageArchive = async (image: StoredImage, name: string, to: Writable): Promise<void> => {
  const tar = pack()
  const writing = pipeline(tar as AsyncIterable<Uint8Array>, to)
  const config = `${basename(image.configPath)}.json`
  const layers = image.layers.map(path => `${basename(path)}.tar`)
  const filling = (async () => {
    tar.entry({ name: config }, await readFile(image.configPath))
    // The same layer may stand twice in an image, but only once in the archive.
    for (const path of new Set(image.layers)) {
      const entry = tar.entry({ name: `${basename(path)}.tar`, size: (await stat(path)).size })
      await pipeline(createReadStream(path), entry as unknown as Writable)
    }
    tar.entry(
      { name: 'manifest.json' },
      JSON.stringify([{ Config: config, RepoTags: [name], Layers: layers }]),
    )
    tar.finalize()
  })()
  await Promise.all([writing, filling])
}
