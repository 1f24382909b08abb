import { createHash } from 'node:crypto'
import * as z from 'zod'
import { invalid } from './repository.ts'

const part = z.object({ mediaType: z.string().optional(), digest: z.string(), size: z.number().optional() })

const manifestShape = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: part.optional(),
  layers: z.array(part).optional(),
  manifests: z.array(part).optional(),
  subject: part.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})

/** What an image manifest or an index says, as far as a registry cares. */
export type Manifest = z.infer<typeof manifestShape>

/** Layers of Windows bases: their vendor alone may hand them out, so a registry does not hold them. */
const FOREIGN = /foreign|nondistributable/

/** Throws InvalidParameterException. */
export const readManifest = (text: string): Manifest => {
  try {
    return manifestShape.parse(JSON.parse(text))
  } catch {
    throw invalid('ImageManifest', 'Invalid JSON syntax')
  }
}

/** Digests of the blobs an image cannot do without: its configuration and its layers. */
export const blobsOf = ({ config, layers = [] }: Manifest): string[] =>
  [...(config ? [config] : []), ...layers]
    .filter(({ mediaType = '' }) => !FOREIGN.test(mediaType))
    .map(({ digest }) => digest)

/** The media type a manifest has by what it says of itself. */
export const mediaTypeOf = ({ mediaType, manifests }: Manifest): string =>
  mediaType ?? `application/vnd.oci.image.${manifests ? 'index' : 'manifest'}.v1+json`

export const digestOf = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`
