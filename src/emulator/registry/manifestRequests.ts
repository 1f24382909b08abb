import { isUtf8 } from 'node:buffer'
import { AwsError, type Call } from '../service.ts'
import { deleteImage } from '../services/ecr/deleteImage.ts'
import { findImage, type Image } from '../services/ecr/image.ts'
import { DIGEST } from '../services/ecr/layer.ts'
import { digestOf, mediaTypeOf, readManifest } from '../services/ecr/manifest.ts'
import { isImmutable, pushImage } from '../services/ecr/push.ts'
import { immutableTag, type Repository, repositoryOf } from '../services/ecr/repository.ts'
import type { WireResponse } from '../wire/protocol.ts'
import { RegistryError } from './registryError.ts'
import type { RegistryHandler, RegistryRequest } from './registryRequest.ts'

const TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]

const LIMIT_BYTES = 4 << 20
const TAG = /^\w[\w.-]{0,127}$/

const getManifest: RegistryHandler = request => {
  const image = imageAt(request)
  demandAccepted(request, image)
  return {
    status: 200,
    headers: {
      'content-type': image.mediaType,
      'content-length': String(Buffer.byteLength(image.manifest)),
      'docker-content-digest': image.digest,
      etag: `"${image.digest}"`,
    },
    body: image.manifest,
  }
}

export const manifestRequests = {
  HeadManifest: getManifest,
  GetManifest: getManifest,

  PutManifest: async request => {
    const { call, reference } = request
    repositoryOf(call, request.repository)
    const bytes = await manifestBytes(request)
    const repository = repositoryOf(call, request.repository)
    const text = bytes.toString('utf8')
    const byDigest = reference.includes(':')
    if (!byDigest && !TAG.test(reference))
      throw new RegistryError('TAG_INVALID', `'${reference}' cannot be a tag`)
    const digest = keep(call, repository, {
      manifest: text,
      mediaType: demandType(request, text),
      tag: byDigest ? undefined : reference,
      digest: byDigest ? reference : undefined,
    })
    const { subject } = readManifest(text)
    return {
      status: 201,
      headers: {
        location: `${request.origin}/v2/${repository.name}/manifests/${reference}`,
        'docker-content-digest': digest,
        ...(subject ? { 'oci-subject': subject.digest } : {}),
      },
      body: null,
    }
  },

  DeleteManifest: async (request): Promise<WireResponse> => {
    const { digest } = imageAt(request)
    const { call, reference } = request
    const id = DIGEST.test(reference) ? { imageDigest: digest } : { imageTag: reference }
    const { failure } = await deleteImage(call, repositoryOf(call, request.repository), id)
    if (failure) throw new RegistryError('DENIED', failure.failureReason ?? '')
    return { status: 202, headers: {}, body: null }
  },
} satisfies Record<string, RegistryHandler>

const imageAt = ({ call, repository, reference }: RegistryRequest): Image => {
  const { name } = repositoryOf(call, repository)
  const image = findImage(
    call,
    name,
    reference.includes(':') ? { imageDigest: reference } : { imageTag: reference },
  )
  if (!image) throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found')
  return image
}

/** A client that names the types it reads shall not be given another. */
const demandAccepted = ({ http }: RegistryRequest, { mediaType }: Image): void => {
  const accepted = (http.headers.accept ?? '*/*').split(',').map(type => type.split(';')[0]?.trim())
  if (!accepted.some(type => type === mediaType || type === '*/*' || type === 'application/*'))
    throw new RegistryError('MANIFEST_UNKNOWN', `The manifest is of type ${mediaType}, which is not accepted`)
}

/** Pushed again it is the same image; throws TAG_INVALID where the tag may not be given twice. */
const keep = (call: Call, repository: Repository, of: Parameters<typeof pushImage>[2]): string => {
  try {
    return pushImage(call, repository, of).digest
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ImageAlreadyExistsException') throw error
    if (of.tag !== undefined && isImmutable(repository, of.tag)) throw immutableTag(repository, of.tag)
    return digestOf(of.manifest)
  }
}

/** The bytes are kept as text: a manifest that is not UTF-8 would come out with another digest. */
const manifestBytes = async ({ http }: RegistryRequest): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of http) {
    length += chunk.length
    if (length > LIMIT_BYTES)
      throw new RegistryError('SIZE_INVALID', `A manifest has at most ${LIMIT_BYTES} bytes`, { status: 413 })
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  if (!isUtf8(bytes)) throw new RegistryError('MANIFEST_INVALID', 'The manifest is not UTF-8')
  return bytes
}

/** The media type the manifest is pushed as, which must not contradict what it says itself. */
const demandType = ({ http }: RegistryRequest, text: string): string => {
  const manifest = readManifest(text)
  const header = http.headers['content-type']?.split(';')[0]?.trim()
  const type = header !== undefined && TYPES.includes(header) ? header : mediaTypeOf(manifest)
  if (!TYPES.includes(type) || (manifest.mediaType !== undefined && manifest.mediaType !== type))
    throw new RegistryError(
      'MANIFEST_INVALID',
      `A manifest of type ${manifest.mediaType ?? header} sent as ${header}`,
    )
  return type
}
