import { UserError } from '../../errors.ts'
import { digestOf } from './digest.ts'
import type { ConfigDocument, IndexDocument, ListedManifest, ManifestDocument } from './documents.ts'
import type { Blob, Descriptor, Image, Platform } from './image.ts'
import { isIndex, mediaTypes } from './mediaTypes.ts'

/** Where manifests and blobs of one image are read from: a folder or a registry. */
export interface ImageSource {
  /** For messages: `the folder …`, `ghcr.io/me/app:1`. */
  readonly name: string
  /** A manifest, index or config, whole. */
  document(descriptor: Descriptor): Promise<Uint8Array>
  blob(descriptor: Descriptor): Blob
}

/**
 * The image of `platform` that `descriptor` leads to, through indexes if need be. Every document is checked against its
 * digest; the platform is what the config says, since an index may be wrong.
 * Throws UserError when it is for another platform or damaged.
 */
export const assemble = async (
  source: ImageSource,
  descriptor: Descriptor,
  platform: Platform,
): Promise<Image> => {
  const manifest = await verified(source, descriptor)
  const document = parse<Partial<IndexDocument & ManifestDocument>>(manifest, source.name)
  if (isIndex(document.mediaType ?? descriptor.mediaType) || document.manifests !== undefined)
    return assemble(source, chosen(source, document.manifests ?? [], platform), platform)
  const { config: configAt, layers } = document
  if (configAt === undefined || layers === undefined)
    throw new UserError(
      `${source.name} holds no image of OCI's or Docker's present kind (${document.mediaType ?? descriptor.mediaType}).`,
      'Build it with a current program.',
    )
  const bytes = await verified(source, configAt)
  const config = parse<ConfigDocument>(bytes, source.name)
  if (config.os !== platform.os || config.architecture !== platform.architecture)
    throw new UserError(
      `${source.name} is built for ${config.os}/${config.architecture}; the manifest wants ${platform.os}/${platform.architecture}.`,
      'Build it for that platform, or change `architecture` in the manifest.',
    )
  const named = new Map([configAt, ...layers].map(part => [demandDigest(source, part).digest, part]))
  return {
    descriptor: {
      mediaType: document.mediaType ?? mediaTypes.manifest,
      digest: descriptor.digest,
      size: manifest.length,
    },
    manifest,
    config: bytes,
    platform,
    blobs: [...named.values()].map(part => source.blob(part)),
  }
}

/** JSON that `name` holds. Throws UserError when it is none. */
export const parse = <T>(bytes: Uint8Array, name: string): T => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as T
  } catch (cause) {
    throw new UserError(`${name} is damaged: not JSON.`, 'Build or download it again.', { cause })
  }
}

/** A digest becomes part of paths and URLs. */
const demandDigest = (source: ImageSource, descriptor: Descriptor): Descriptor => {
  if (/^sha256:[0-9a-f]{64}$/.test(descriptor.digest)) return descriptor
  throw new UserError(
    `${source.name} names ${JSON.stringify(descriptor.digest)}, which is no SHA-256 digest.`,
    'Build it with a current program.',
  )
}

const verified = async (source: ImageSource, descriptor: Descriptor): Promise<Uint8Array> => {
  const bytes = await source.document(demandDigest(source, descriptor))
  const digest = digestOf(bytes)
  if (digest !== descriptor.digest)
    throw new UserError(
      `${source.name} is damaged: what should be ${descriptor.digest} is ${digest}.`,
      'Build or download it again.',
    )
  return bytes
}

/** Buildx puts attestations beside the image, of platform unknown/unknown. */
const chosen = (
  source: ImageSource,
  manifests: readonly ListedManifest[],
  wanted: Platform,
): ListedManifest => {
  const images = manifests.filter(({ platform }) => platform?.os !== 'unknown')
  const fitting = images.find(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  )
  // An index of one image need not say its platform; the config does.
  const only = images.length === 1 ? images[0] : undefined
  const found = fitting ?? only
  if (found === undefined)
    throw new UserError(
      `${source.name} has no image for ${wanted.os}/${wanted.architecture}, only for ${images.map(({ platform }) => `${platform?.os}/${platform?.architecture}`).join(', ') || 'nothing'}.`,
      'Build it for that platform, or change `architecture` in the manifest.',
    )
  return found
}
