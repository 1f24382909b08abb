import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Descriptor } from './image.ts'
import { blobPath } from './layout.ts'

export interface LayoutWriter {
  /** Stores bytes or a stream under their digest. Nothing half-written is ever found under one. */
  addBlob(bytes: Uint8Array | AsyncIterable<Uint8Array>, mediaType: string): Promise<Descriptor>
  /** Makes the folder a layout that holds this one image. The last step: without it nobody takes it for whole. */
  finish(manifest: Descriptor): Promise<void>
}

/** Writes an OCI image layout into `folder`, which is made. */
export const openLayoutWriter = async (folder: string): Promise<LayoutWriter> => {
  const blobs = join(folder, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  return {
    async addBlob(bytes, mediaType) {
      const hash = createHash('sha256')
      let size = 0
      const path = join(blobs, `.${randomUUID()}`)
      const file = await open(path, 'wx')
      try {
        for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
          hash.update(chunk)
          size += chunk.length
          await file.writeFile(chunk)
        }
      } catch (error) {
        await file.close()
        await rm(path, { force: true })
        throw error
      }
      await file.close()
      const digest = `sha256:${hash.digest('hex')}`
      await rename(path, blobPath(folder, digest))
      return { mediaType, digest, size }
    },
    async finish(manifest) {
      await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
      await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
    },
  }
}
