import { AwsError, type Call } from '../../service.ts'
import { findImage, type Image, imagesOf, saveImage } from './image.ts'
import { layerOf } from './layer.ts'
import { blobsOf, digestOf, type Manifest, mediaTypeOf, readManifest } from './manifest.ts'
import { immutableTag, placeOf, type Repository } from './repository.ts'

/** Keeps a manifest under a tag, as PutImage and a push to the registry do; throws ECR's own refusals. */
export const pushImage = (
  call: Call,
  repository: Repository,
  of: {
    manifest: string
    tag: string | undefined
    mediaType: string | undefined
    digest: string | undefined
  },
): Image => {
  const read = readManifest(of.manifest)
  const digest = digestOf(of.manifest)
  if (of.digest !== undefined && of.digest !== digest)
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The specified digest '${of.digest}' does not match the digest of the manifest, '${digest}'`,
    )
  const held = findImage(call, repository.name, { imageDigest: digest })
  if (held && (of.tag === undefined || held.tags.includes(of.tag)))
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${of.tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${call.account}'`,
    )
  demandParts(call, repository, read)
  if (of.tag !== undefined) freeTag(call, repository, of.tag)
  const image: Image = {
    repository: repository.name,
    digest,
    manifest: of.manifest,
    mediaType: of.mediaType ?? mediaTypeOf(read),
    tags: [...(held?.tags ?? []), ...(of.tag === undefined ? [] : [of.tag])],
    pushedAt: held?.pushedAt ?? call.now,
    bytes: bytesOf(call, repository, read),
    parts: (read.manifests ?? []).map(entry => entry.digest),
  }
  saveImage(call, image)
  return image
}

/** Throws LayersNotFoundException and ReferencedImagesNotFoundException: parts come before the whole. */
const demandParts = (call: Call, { name }: Repository, manifest: Manifest): void => {
  const layers = blobsOf(manifest).filter(digest => !layerOf(call, name, digest))
  if (layers.length > 0)
    throw new AwsError(
      'LayersNotFoundException',
      `Layers with digests '[${layers.join(', ')}]' required for pushing image into ${placeOf(call, name)} do not exist`,
    )
  const images = (manifest.manifests ?? [])
    .map(({ digest }) => digest)
    .filter(imageDigest => !findImage(call, name, { imageDigest }))
  if (images.length > 0)
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `Images with digests '[${images.join(', ')}]' required for pushing image into ${placeOf(call, name)} do not exist`,
    )
}

/** Of an index, that of its largest image (API reference, ImageDetail). */
const bytesOf = (call: Call, { name }: Repository, manifest: Manifest): number =>
  manifest.manifests
    ? Math.max(
        0,
        ...manifest.manifests.map(({ digest }) => findImage(call, name, { imageDigest: digest })?.bytes ?? 0),
      )
    : blobsOf(manifest).reduce((sum, digest) => sum + (layerOf(call, name, digest)?.size ?? 0), 0)

/** A tag names one image: an earlier one gives it up, unless tags here are immutable. */
const freeTag = (call: Call, repository: Repository, tag: string): void => {
  const holder = imagesOf(call, repository.name).find(({ tags }) => tags.includes(tag))
  if (!holder) return
  if (isImmutable(repository, tag)) throw immutableTag(repository, tag)
  saveImage(call, { ...holder, tags: holder.tags.filter(name => name !== tag) })
}

/** Whether a tag, once given, stays where it is. */
export const isImmutable = ({ mutability, exclusions }: Repository, tag: string): boolean => {
  const excluded = exclusions.some(({ filter = '' }) =>
    new RegExp(`^${filter.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`).test(tag),
  )
  return mutability.startsWith('IMMUTABLE') !== excluded
}
