import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { linkBlob, readBlobs, storeBlob } from './blobs.ts'
import { type Algorithm, algorithmNamed } from './checksums.ts'
import { checkCopy } from './conditions.ts'
import { type Described, describe } from './describe.ts'
import { invalidArgument, invalidRequest, notImplemented } from './errors.ts'
import { checksumOf, defaultEncryption, putOrDrop } from './objects.ts'
import {
  type Bucket,
  bucketAt,
  bucketNamed,
  type Content,
  type Part,
  type Version,
  wholeSecond,
} from './state.ts'
import { checkKey, pick, shownId, writtenId } from './versions.ts'

const LARGEST = 5 * 1024 ** 3

export const copyOperations = {
  CopyObject: async (input, call) => {
    const bucket = bucketAt(input, call)
    const key = checkKey(input.Key)
    const source = sourceOf(input, call)
    const { content: from } = source.version
    const replaces = input.MetadataDirective === 'REPLACE'
    const sameKey = source.bucket.name === bucket.name && source.key === key
    if (sameKey && source.newest && !replaces && !changesStorage(input))
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      )
    if (from.size > LARGEST)
      throw invalidRequest(
        'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
      )
    const wanted = describe(input as Described, bucket)
    const algorithm = algorithmNamed(input.ChecksumAlgorithm) ?? from.checksum.algorithm
    const part = await copyBytes(call, from, algorithm, 0, from.size - 1)
    const content: Content = {
      ...(replaces ? wanted : from),
      storageClass: wanted.storageClass,
      tags: input.TaggingDirective === 'REPLACE' ? wanted.tags : from.tags,
      etag: `"${part.md5}"`,
      size: part.size,
      parts: [part],
      partsCount: null,
      checksum: { algorithm, type: 'FULL_OBJECT', value: part.checksum },
      encryption: defaultEncryption(bucket),
    }
    const version = await putOrDrop(call, bucket, key, content, input)
    return {
      CopyObjectResult: {
        ETag: content.etag,
        LastModified: new Date(version.at),
        ...checksumOf(content),
      },
      CopySourceVersionId: shownId(source.bucket, source.version),
      VersionId: writtenId(bucket, version),
      ServerSideEncryption: content.encryption as S3.ServerSideEncryption,
    }
  },
} satisfies Service<typeof S3>

const changesStorage = (input: {
  StorageClass?: unknown
  WebsiteRedirectLocation?: unknown
  ServerSideEncryption?: unknown
}): boolean =>
  [input.StorageClass, input.WebsiteRedirectLocation, input.ServerSideEncryption].some(
    value => value !== undefined,
  )

interface Copying {
  Bucket: string | undefined
  CopySource: string | undefined
  CopySourceIfMatch?: string | undefined
  CopySourceIfNoneMatch?: string | undefined
  CopySourceIfModifiedSince?: Date | undefined
  CopySourceIfUnmodifiedSince?: Date | undefined
}

interface Source {
  bucket: Bucket
  key: string
  version: Version & { content: Content }
  /** No version was named. */
  newest: boolean
}

/** The version `x-amz-copy-source` names, its conditions kept. */
export const sourceOf = (input: Copying, call: Call): Source => {
  const [path = '', query] = (input.CopySource ?? '').split('?versionId=')
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path)) ?? []
  if (name === undefined || key === undefined)
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      input.CopySource,
    )
  const bucket = bucketNamed(name, call)
  if (bucket.region !== call.region) throw notImplemented('a copy between regions')
  const version = pick(call, bucket, key, query)
  checkCopy(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version.content.etag,
    version.at,
  )
  return { bucket, key, version, newest: query === undefined }
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    throw invalidArgument('Copy Source must be URL-encoded.', 'x-amz-copy-source', path)
  }
}

/** Bytes `first` to `last` of an object as a part of their own. A whole object in one piece is linked, not read. */
export const copyBytes = async (
  call: Call,
  from: Content,
  algorithm: Algorithm,
  first: number,
  last: number,
): Promise<Part> => {
  const [only] = from.parts
  const whole = first === 0 && last === from.size - 1
  const at = wholeSecond(call.now)
  if (only && from.parts.length === 1 && whole && algorithm === from.checksum.algorithm)
    return { ...only, number: 1, blob: await linkBlob(call, only.blob), at }
  const body = await readBlobs(call, from.parts, first, last)
  const { blob, size, md5, checksums } = await storeBlob(call, body, [algorithm])
  return { number: 1, blob, size, md5, checksum: checksums[algorithm] ?? '', at }
}
