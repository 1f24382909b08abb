import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type Call } from '../../service.ts'
import { findImage, type Image, imagesOf, saveImage } from './image.ts'
import { invalid, type Repository } from './repository.ts'

const part = z.object({ digest: z.string(), size: z.number().optional() })

const manifestShape = z.object({
  mediaType: z.string().optional(),
  config: part.optional(),
  layers: z.array(part).optional(),
  manifests: z.array(part).optional(),
})

const OCI = 'application/vnd.oci.image'

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
  const digest = `sha256:${createHash('sha256').update(of.manifest).digest('hex')}`
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
  if (of.tag !== undefined) freeTag(call, repository, of.tag)
  const image: Image = {
    repository: repository.name,
    digest,
    manifest: of.manifest,
    mediaType:
      of.mediaType ?? read.mediaType ?? (read.manifests ? `${OCI}.index.v1+json` : `${OCI}.manifest.v1+json`),
    tags: [...(held?.tags ?? []), ...(of.tag === undefined ? [] : [of.tag])],
    pushedAt: held?.pushedAt ?? call.now,
    bytes: [...(read.config ? [read.config] : []), ...(read.layers ?? [])].reduce(
      (sum, { size = 0 }) => sum + size,
      0,
    ),
    parts: (read.manifests ?? []).map(entry => entry.digest),
  }
  saveImage(call, image)
  return image
}

const readManifest = (text: string): z.infer<typeof manifestShape> => {
  try {
    return manifestShape.parse(JSON.parse(text))
  } catch {
    throw invalid('ImageManifest', 'Invalid JSON syntax')
  }
}

/** A tag names one image: an earlier one gives it up, unless tags here are immutable. */
const freeTag = (call: Call, repository: Repository, tag: string): void => {
  const holder = imagesOf(call, repository.name).find(({ tags }) => tags.includes(tag))
  if (!holder) return
  const excluded = repository.exclusions.some(({ filter = '' }) =>
    new RegExp(`^${filter.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`).test(tag),
  )
  if (repository.mutability.startsWith('IMMUTABLE') !== excluded)
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    )
  saveImage(call, { ...holder, tags: holder.tags.filter(name => name !== tag) })
}
