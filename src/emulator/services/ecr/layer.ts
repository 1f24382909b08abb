import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Call, Table } from '../../service.ts'
import { imagesOf } from './image.ts'
import { blobsOf, readManifest } from './manifest.ts'

/**
 * A row of `layers`, keyed by `<repository>@<digest>`: a blob that a repository holds. The bytes lie on disk once,
 * however many repositories hold them. Times in epoch milliseconds.
 */
export interface Layer {
  repository: string
  digest: string
  size: number
  uploadedAt: number
}

/** The one kind of digest ECR takes; nothing else becomes a path. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/

export const layerTable = (call: Call): Table<Layer> => call.table<Layer>('layers', { service: 'ecr' })

export const layerOf = (call: Call, repository: string, digest: string): Layer | undefined =>
  layerTable(call).get(`${repository}@${digest}`)

/** Where the bytes of a digest lie. */
export const layerPath = (call: Call, digest: string): string =>
  join(call.folder('layers'), digest.replace('sha256:', ''))

/** From now on `repository` holds `digest`, whose bytes are on disk. */
export const keepLayer = (call: Call, repository: string, digest: string, size: number): Layer => {
  const layer = { repository, digest, size, uploadedAt: call.now }
  layerTable(call).set(`${repository}@${digest}`, layer)
  return layer
}

/** Takes from `repository` those of `digests` that none of its images names any more. */
export const releaseLayers = async (
  call: Call,
  repository: string,
  digests: readonly string[],
): Promise<void> => {
  const named = namedBy(call, repository)
  for (const digest of digests) if (!named.has(digest)) layerTable(call).delete(`${repository}@${digest}`)
  await removeUnheld(call, digests)
}

/** Forgets what was uploaded before `since` and never became part of an image, and bytes that no repository holds. */
export const sweepLayers = async (call: Call, since: number): Promise<void> => {
  const repositories = new Set(
    layerTable(call)
      .values()
      .map(({ repository }) => repository),
  )
  for (const repository of repositories) {
    const old = layersIn(call, repository).filter(({ uploadedAt }) => uploadedAt < since)
    await releaseLayers(
      call,
      repository,
      old.map(({ digest }) => digest),
    )
  }
  await removeUnheld(
    call,
    readdirSync(call.folder('layers')).map(name => `sha256:${name}`),
  )
}

export const layersIn = (call: Call, repository: string): Layer[] =>
  layerTable(call)
    .values()
    .filter(layer => layer.repository === repository)

/** Digests of the blobs that the images of `repository` name. */
const namedBy = (call: Call, repository: string): Set<string> =>
  new Set(imagesOf(call, repository).flatMap(({ manifest }) => blobsOf(readManifest(manifest))))

const removeUnheld = async (call: Call, digests: readonly string[]): Promise<void> => {
  // The store writes in the next microtask: no row on disk may name a file that is gone already.
  await null
  const held = new Set(
    layerTable(call)
      .values()
      .map(({ digest }) => digest),
  )
  for (const digest of digests)
    if (!held.has(digest) && existsSync(layerPath(call, digest))) rmSync(layerPath(call, digest))
}
