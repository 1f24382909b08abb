import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropBlobs, readBlobs } from './blobs.ts'
import { checkRead, type ReadConditions } from './conditions.ts'
import { type Described, describe, HEADERS } from './describe.ts'
import { invalidRequest } from './errors.ts'
import { byteRange } from './range.ts'
import { checksumFields, receive } from './receive.ts'
import { type Aimed, type Bucket, bucketAt, type Content, type Version, wholeSecond } from './state.ts'
import { checkKey, pick, putVersion, shownId, writtenId } from './versions.ts'

/** Objects put in one piece, and reading any. */
export const objectOperations = {
  PutObject: async (input, call) => {
    const bucket = bucketAt(input, call)
    const key = checkKey(input.Key)
    const description = describe(input as Described, bucket)
    const { blob, size, md5, algorithm, checksum } = await receive(input, call)
    const content: Content = {
      ...description,
      etag: `"${md5}"`,
      size,
      parts: [{ number: 1, blob, size, md5, checksum, at: wholeSecond(call.now) }],
      partsCount: null,
      checksum: { algorithm, type: 'FULL_OBJECT', value: checksum },
      encryption: defaultEncryption(bucket),
    }
    const version = await putOrDrop(call, bucket, key, content, input)
    return {
      ETag: content.etag,
      ...checksumFields(algorithm, checksum),
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: content.encryption as S3.ServerSideEncryption,
      VersionId: writtenId(bucket, version),
    }
  },

  GetObject: async (input, call) => {
    const { facts, content, first, last } = aim(input, call)
    const Body = await readBlobs(call, content.parts, first, last)
    return {
      ...facts,
      // The SDK's type adds browser helpers to the stream; a server only has the stream.
      Body: Body as unknown as S3.GetObjectCommandOutput['Body'],
    }
  },

  HeadObject: (input, call) => aim(input, call).facts,
} satisfies Service<typeof S3>

/** The encryption a bucket gives to objects that ask for none. */
export const defaultEncryption = (bucket: Bucket): string =>
  bucket.encryption[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'AES256'

/** Puts the version; when a condition refuses it, its bytes go away again. */
export const putOrDrop = async (
  call: Call,
  bucket: Bucket,
  key: string,
  content: Content,
  conditions: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): Promise<Version> => {
  try {
    return await putVersion(call, bucket, key, content, conditions)
  } catch (error) {
    if (error instanceof AwsError) await dropBlobs(call, content.parts)
    throw error
  }
}

interface Reading extends Aimed, ReadConditions {
  Key: string | undefined
  VersionId?: string | undefined
  Range?: string | undefined
  PartNumber?: number | undefined
  ChecksumMode?: string | undefined
  ResponseCacheControl?: string | undefined
  ResponseContentDisposition?: string | undefined
  ResponseContentEncoding?: string | undefined
  ResponseContentLanguage?: string | undefined
  ResponseContentType?: string | undefined
  ResponseExpires?: Date | undefined
}

/** What GET and HEAD have in common: the version, the bytes meant, the response's members. */
const aim = (input: Reading, call: Call) => {
  const bucket = bucketAt(input, call)
  const version = pick(call, bucket, checkKey(input.Key), input.VersionId)
  const { content } = version
  checkRead(input, content.etag, version.at)
  const span = spanOf(input, content)
  const first = span?.first ?? 0
  const last = span?.last ?? content.size - 1
  const facts = {
    ...factsOf(bucket, version, content),
    ...overrides(input),
    ContentLength: last - first + 1,
    ContentRange: span && `bytes ${first}-${last}/${content.size}`,
    PartsCount: input.PartNumber === undefined ? undefined : (content.partsCount ?? undefined),
    ...(input.ChecksumMode === 'ENABLED' && !span ? checksumOf(content) : {}),
  }
  return { facts, content, first, last }
}

const spanOf = (
  { Range, PartNumber }: Reading,
  content: Content,
): { first: number; last: number } | undefined => {
  if (PartNumber === undefined) return byteRange(Range, content.size)
  if (Range !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter')
  const part = content.partsCount === null && PartNumber === 1 ? 0 : PartNumber - 1
  const meant = content.parts[part]
  if (!meant)
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', { status: 416 })
  const first = content.parts.slice(0, part).reduce((sum, { size }) => sum + size, 0)
  return content.size === 0 ? undefined : { first, last: first + meant.size - 1 }
}

const factsOf = (bucket: Bucket, version: Version, content: Content) => ({
  ...Object.fromEntries(HEADERS.map(name => [name, content.headers[name]])),
  AcceptRanges: 'bytes',
  LastModified: new Date(version.at),
  ETag: content.etag,
  VersionId: shownId(bucket, version),
  Expires: content.expires === null ? undefined : new Date(content.expires),
  Metadata: content.metadata,
  ServerSideEncryption: content.encryption as S3.ServerSideEncryption,
  StorageClass: content.storageClass === 'STANDARD' ? undefined : (content.storageClass as S3.StorageClass),
  TagCount: Object.keys(content.tags).length || undefined,
})

export const checksumOf = ({ checksum }: Content) => ({
  ...checksumFields(checksum.algorithm, checksum.value),
  ChecksumType: checksum.type,
})

/** `response-content-type` and its kin: the reader's word outweighs the writer's. */
const overrides = (input: Reading) =>
  Object.fromEntries(
    Object.entries({
      CacheControl: input.ResponseCacheControl,
      ContentDisposition: input.ResponseContentDisposition,
      ContentEncoding: input.ResponseContentEncoding,
      ContentLanguage: input.ResponseContentLanguage,
      ContentType: input.ResponseContentType,
      Expires: input.ResponseExpires,
    }).filter(([, value]) => value !== undefined),
  )
