import { parse } from '../oci/assemble.ts'
import { digestOf } from '../oci/digest.ts'
import type { ManifestDocument } from '../oci/documents.ts'
import type { Image } from '../oci/image.ts'

/** The annotation that says what an image was made from; `up --image` goes back by it. */
export const SOURCE_ANNOTATION = 'dev.storyarch.source'
/** Why the Dockerfile was not built and its files are shipped as they are. */
export const FALLBACK_ANNOTATION = 'dev.storyarch.fallback'
export const REVISION_ANNOTATION = 'org.opencontainers.image.revision'

/** The same image with annotations on its manifest: another digest, the same config and layers. */
export const annotate = (image: Image, annotations: Readonly<Record<string, string>>): Image => {
  const document = parse<ManifestDocument>(image.manifest, 'The image’s manifest')
  const all = { ...document.annotations, ...annotations }
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
  const manifest = Buffer.from(JSON.stringify({ ...document, annotations: sorted }))
  const { mediaType } = image.descriptor
  return { ...image, manifest, descriptor: { mediaType, digest: digestOf(manifest), size: manifest.length } }
}
