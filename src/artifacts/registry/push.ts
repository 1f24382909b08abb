import { UserError } from '../../errors.ts'
import type { Blob, Image } from '../oci/image.ts'
import { isLayer } from '../oci/mediaTypes.ts'
import { bodyOf } from './exchange.ts'
import type { Registry } from './registry.ts'
import { codeIn, registryError } from './registryError.ts'
import { sendBlob } from './sendBlob.ts'

/** Where an image goes, and who hears of it. */
export interface Pushing {
  readonly registry: Registry
  readonly repository: string
  /** At least one. */
  readonly tags: readonly string[]
  step(text: string): void
}

export interface Pushed {
  /** Layers that were sent, mounted from another repository, or there already. */
  readonly sent: number
  readonly mounted: number
  readonly there: number
  readonly bytesSent: number
}

const PARALLEL = 4
const BLOBS_MISSING = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'LAYERS_NOT_FOUND']

/**
 * Brings an image into a repository: what is missing is sent, the rest is left. Tags move last, when all of it is there.
 * A push that was cut off goes on with what is missing.
 */
export const push = async (image: Image, pushing: Pushing): Promise<Pushed> => {
  const { repository, registry } = pushing
  // A registry takes a manifest only when it has all the manifest names: the one question that answers for every layer.
  if (await putManifest(image, image.descriptor.digest, pushing)) {
    await tagAll(image, pushing)
    return { sent: 0, mounted: 0, there: image.blobs.filter(isCounted).length, bytesSent: 0 }
  }
  let bytesSent = 0
  const total = image.blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  const counts = { sent: 0, mounted: 0, there: 0 }
  const queue = [...image.blobs].sort((a, b) => b.descriptor.size - a.descriptor.size)
  const work = async (): Promise<void> => {
    for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
      const fate = await sendBlob(blob, registry, repository, bytes => {
        bytesSent += bytes
        pushing.step(`pushing, ${megabytes(bytesSent)} of ${megabytes(total)} MB`)
      })
      if (isCounted(blob)) counts[fate]++
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  if (!(await putManifest(image, image.descriptor.digest, pushing)))
    throw new UserError(
      `${registry.host}/${repository} says that layers are missing which it took.`,
      'Run the same command again; if it stays, ask who runs the registry.',
    )
  await tagAll(image, pushing)
  return { ...counts, bytesSent }
}

const isCounted = ({ descriptor }: Blob): boolean => isLayer(descriptor.mediaType)

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)

/** One after another: `latest`, the last, moves when the image is there under its commit. */
const tagAll = async (image: Image, pushing: Pushing): Promise<void> => {
  for (const tag of pushing.tags)
    if (!(await putManifest(image, tag, pushing)))
      throw new Error(
        `${pushing.registry.host} lost layers of ${image.descriptor.digest} between two requests`,
      )
}

/** False when layers are missing. */
const putManifest = async (
  { manifest, descriptor }: Image,
  reference: string,
  { registry, repository }: Pushing,
): Promise<boolean> => {
  const answer = await registry.ask('PUT', `/v2/${repository}/manifests/${reference}`, {
    headers: { 'content-type': descriptor.mediaType, 'content-length': String(manifest.length) },
    body: manifest,
    scope: `repository:${repository}:pull,push`,
  })
  const { statusCode = 0 } = answer
  const text = (await bodyOf(answer)).toString('utf8')
  if (statusCode === 201) {
    const stored = answer.headers['docker-content-digest']
    if (stored !== undefined && stored !== descriptor.digest)
      throw new UserError(
        `${registry.host}/${repository} stored ${stored} in place of ${descriptor.digest}.`,
        'Ask who runs the registry.',
      )
    return true
  }
  if (BLOBS_MISSING.includes(codeIn(statusCode, text))) return false
  throw registryError(`pushing to ${registry.host}/${repository}`, statusCode, text)
}
