import { availableParallelism } from 'node:os'
import { UserError } from '../../errors.ts'
import type { Blob, Image } from '../oci/image.ts'
import { isLayer } from '../oci/mediaTypes.ts'
import { bodyOf } from './exchange.ts'
import type { Registry } from './registry.ts'
import { codeIn, registryError } from './registryError.ts'
import { digestAt } from './resolve.ts'
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
  /** Bytes of all that was sent, the config included. */
  readonly bytesSent: number
}

const MOST_AT_ONCE = 4
const ROUNDS = 3
/** As Docker's registry, the specification and ECR call it ("Layers with digests '[…]' required … do not exist"). */
const BLOBS_MISSING = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'BLOB_UPLOAD_UNKNOWN', 'LAYERS_NOT_FOUND']

/**
 * Brings an image into a repository: what is missing is sent, the rest is left. A registry takes a manifest only when it has
 * all that the manifest names, so the first request is the manifest itself, under the first tag: it answers for every blob,
 * and no tag points at half an image. The other tags follow one after another. A push that was cut off goes on with what is
 * missing. Throws UserError for what the registry refuses.
 */
export const push = async (image: Image, pushing: Pushing): Promise<Pushed> => {
  const [first, ...others] = pushing.tags
  if (first === undefined) throw new Error('an image is pushed under at least one tag')
  const fates = new Map<string, Fate>()
  for (let round = 0; ; round++) {
    const missing = await putManifest(image, first, pushing)
    if (missing === null) break
    if (round === ROUNDS)
      throw new UserError(
        `${pushing.registry.host}/${pushing.repository} says that layers are missing which it took.`,
        'Run the same command again; if it stays, ask who runs the registry.',
      )
    await sendAll(image, missing, fates, pushing)
  }
  for (const tag of others)
    if ((await putManifest(image, tag, pushing)) !== null)
      throw new Error(
        `${pushing.registry.host} lost layers of ${image.descriptor.digest} between two requests`,
      )
  return summary(image, fates)
}

type Fate = Awaited<ReturnType<typeof sendBlob>>

/** `missing` as the registry names them; where it names none, each blob is asked for. */
const sendAll = async (
  image: Image,
  missing: ReadonlySet<string>,
  fates: Map<string, Fate>,
  { registry, repository, step }: Pushing,
): Promise<void> => {
  const wanted = image.blobs.filter(({ descriptor }) => missing.size === 0 || missing.has(descriptor.digest))
  // The largest first: it takes longest.
  const queue = [...wanted].sort((a, b) => b.descriptor.size - a.descriptor.size)
  const total = queue.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  const arrived = new Map<string, number>()
  const failing = new AbortController()
  const send = async (blob: Blob): Promise<void> => {
    const { digest } = blob.descriptor
    const progress = (bytes: number) => {
      arrived.set(digest, bytes)
      const sum = [...arrived.values()].reduce((a, b) => a + b, 0)
      step(`pushing, ${megabytes(sum)} of ${megabytes(total)} MB`)
    }
    const target = { registry, repository, progress, signal: failing.signal }
    fates.set(digest, await sendBlob(blob, missing.has(digest), target))
  }
  const work = async (): Promise<void> => {
    for (let blob = queue.shift(); blob !== undefined; blob = queue.shift())
      try {
        await send(blob)
      } catch (error) {
        // The others need not go on, and must not after this function has ended.
        queue.length = 0
        failing.abort(error)
        throw error
      }
  }
  const ended = await Promise.allSettled(Array.from({ length: streams() }, work))
  if (failing.signal.aborted) throw failing.signal.reason
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

const summary = ({ blobs }: Image, fates: ReadonlyMap<string, Fate>): Pushed => {
  const counted = blobs.filter(({ descriptor }) => isLayer(descriptor.mediaType))
  const count = (fate: Fate) =>
    counted.filter(({ descriptor }) => (fates.get(descriptor.digest) ?? 'there') === fate).length
  const bytesSent = blobs
    .filter(({ descriptor }) => fates.get(descriptor.digest) === 'sent')
    .reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  return { sent: count('sent'), mounted: count('mounted'), there: count('there'), bytesSent }
}

/**
 * A registry that is near hashes a stream as fast as one core can: with more streams than cores the largest, which all wait
 * for, is slowed by the others (4 % of a push of 120 MB on two cores).
 */
const streams = (): number => Math.min(MOST_AT_ONCE, Math.max(2, availableParallelism()))

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)

/** Null when the registry took it; else the blobs it says are missing, none where it does not say which. */
const putManifest = async (
  { manifest, descriptor, blobs }: Image,
  reference: string,
  { registry, repository }: Pushing,
): Promise<ReadonlySet<string> | null> => {
  const answer = await registry.ask('PUT', `/v2/${repository}/manifests/${reference}`, {
    headers: { 'content-type': descriptor.mediaType, 'content-length': String(manifest.length) },
    body: manifest,
    scope: `repository:${repository}:pull,push`,
  })
  const { statusCode = 0 } = answer
  const text = (await bodyOf(answer)).toString('utf8')
  if (statusCode === 201 || statusCode === 200) {
    const stored = answer.headers['docker-content-digest']
    if (stored !== undefined && stored !== descriptor.digest)
      throw new UserError(
        `${registry.host}/${repository} stored ${stored} in place of ${descriptor.digest}.`,
        'Ask who runs the registry.',
      )
    return null
  }
  const code = codeIn(statusCode, text)
  // An immutable tag that is this image's already.
  if (code === 'TAG_INVALID' && (await digestAt(reference, registry, repository)) === descriptor.digest)
    return null
  if (!BLOBS_MISSING.includes(code))
    throw registryError(`pushing to ${registry.host}/${repository}`, statusCode, text)
  const known = new Set(blobs.map(blob => blob.descriptor.digest))
  return new Set((text.match(/sha256:[0-9a-f]{64}/g) ?? []).filter(digest => known.has(digest)))
}
