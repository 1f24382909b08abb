import { createHash } from 'node:crypto'
import type { Descriptor } from '../oci/image.ts'
import type { LayoutWriter } from '../oci/layoutWriter.ts'
import { mediaTypes } from '../oci/mediaTypes.ts'
import { gzipMembers } from './gzipMembers.ts'
import { type Packing, tarOf } from './tarOf.ts'

export interface Layer {
  readonly descriptor: Descriptor
  /** Digest of the layer unpacked, as the config names it. */
  readonly diffId: string
}

/** Packs entries into a layer of `layout`. Equal entries give equal bytes. */
export const writeLayer = async (layout: LayoutWriter, packing: Packing): Promise<Layer> => {
  const unpacked = createHash('sha256')
  const hashed = async function* () {
    for await (const chunk of tarOf(packing)) {
      unpacked.update(chunk)
      yield chunk
    }
  }
  const descriptor = await layout.addBlob(gzipMembers(hashed()), mediaTypes.layerGzip)
  return { descriptor, diffId: `sha256:${unpacked.digest('hex')}` }
}
