import { randomBytes } from 'node:crypto'
import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { dropBlobs } from './blobs.ts'
import { algorithmNamed, DEFAULT_ALGORITHM } from './checksums.ts'
import { isCrc } from './combineCrc.ts'
import { copyBytes, sourceOf } from './copy.ts'
import { type Described, describe } from './describe.ts'
import { invalidArgument, invalidRequest, noSuchUpload } from './errors.ts'
import { defaultEncryption } from './objects.ts'
import { byteRange } from './range.ts'
import { algorithmOf, checksumFields, receive } from './receive.ts'
import {
  type Aimed,
  type Bucket,
  bucketAt,
  type Part,
  partsOf,
  type Upload,
  uploads,
  wholeSecond,
} from './state.ts'
import { checkKey } from './versions.ts'

/** Making uploads and filling them. */
export const multipartOperations = {
  CreateMultipartUpload: (input, call) => {
    const bucket = bucketAt(input, call)
    const algorithm = algorithmNamed(input.ChecksumAlgorithm) ?? DEFAULT_ALGORITHM
    const upload: Upload = {
      ...describe(input as Described, bucket),
      id: randomBytes(48).toString('base64url'),
      key: checkKey(input.Key),
      at: wholeSecond(call.now),
      algorithm,
      checksumType: checksumTypeOf(algorithm, input.ChecksumType),
      encryption: defaultEncryption(bucket),
      strict: input.ChecksumAlgorithm !== undefined,
    }
    uploads(call, bucket).set(upload.id, upload)
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      ServerSideEncryption: upload.encryption as S3.ServerSideEncryption,
      ...(upload.strict ? { ChecksumAlgorithm: algorithm, ChecksumType: upload.checksumType } : {}),
    }
  },

  UploadPart: async (input, call) => {
    const { bucket, upload } = uploadAt(input, call)
    const number = partNumber(input.PartNumber)
    const sent = algorithmOf(input)
    if (upload.strict && sent !== undefined && sent !== upload.algorithm)
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${sent.toLowerCase()}`,
      )
    const { blob, size, md5, checksum, checksums } = await receive(input, call, upload.algorithm)
    await keepPart(call, bucket, input, { number, blob, size, md5, checksum, at: wholeSecond(call.now) })
    const echoed = sent ?? upload.algorithm
    return {
      ETag: `"${md5}"`,
      ServerSideEncryption: upload.encryption as S3.ServerSideEncryption,
      ...checksumFields(echoed, checksums[echoed] ?? checksum),
    }
  },

  UploadPartCopy: async (input, call) => {
    const { bucket, upload } = uploadAt(input, call)
    const number = partNumber(input.PartNumber)
    const source = sourceOf(input, call)
    const { content } = source.version
    const range = byteRange(input.CopySourceRange, content.size)
    if (input.CopySourceRange !== undefined && !range)
      throw invalidArgument(
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
        'x-amz-copy-source-range',
        input.CopySourceRange,
      )
    const span = range ?? { first: 0, last: content.size - 1 }
    const part = await copyBytes(call, content, upload.algorithm, span.first, span.last)
    await keepPart(call, bucket, input, { ...part, number })
    return {
      CopyPartResult: {
        ETag: `"${part.md5}"`,
        LastModified: new Date(part.at),
        ...checksumFields(upload.algorithm, part.checksum),
      },
      CopySourceVersionId: source.bucket.versioning === null ? undefined : source.version.id,
      ServerSideEncryption: upload.encryption as S3.ServerSideEncryption,
    }
  },

  AbortMultipartUpload: async (input, call) => {
    const { bucket, upload } = uploadAt(input, call)
    const parts = partsOf(call, bucket, upload.id).values()
    forget(call, bucket, upload)
    await dropBlobs(call, parts)
    return {}
  },
} satisfies Service<typeof S3>

/** Throws NoSuchUpload, also when the upload is of another key. */
export const uploadAt = (
  input: Aimed & { Key: string | undefined; UploadId: string | undefined },
  call: Call,
): { bucket: Bucket; upload: Upload } => {
  const bucket = bucketAt(input, call)
  const upload = uploads(call, bucket).get(input.UploadId ?? '')
  if (upload?.key !== input.Key || !upload) throw noSuchUpload(input.UploadId)
  return { bucket, upload }
}

/** The upload is over, one way or the other. */
export const forget = (call: Call, bucket: Bucket, upload: Upload): void => {
  uploads(call, bucket).delete(upload.id)
  const parts = partsOf(call, bucket, upload.id)
  for (const [number] of parts.entries()) parts.delete(number)
}

/** A part sent again replaces the first; a part that comes after the end of its upload is refused. */
const keepPart = async (
  call: Call,
  bucket: Bucket,
  input: { UploadId: string | undefined },
  part: Part,
): Promise<void> => {
  if (!uploads(call, bucket).has(input.UploadId ?? '')) {
    await dropBlobs(call, [part])
    throw noSuchUpload(input.UploadId)
  }
  const table = partsOf(call, bucket, input.UploadId ?? '')
  const before = table.get(String(part.number))
  table.set(String(part.number), part)
  if (before) await dropBlobs(call, [before])
}

const partNumber = (number: number | undefined): number => {
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 10_000)
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      number,
    )
  return number
}

const checksumTypeOf = (
  algorithm: Upload['algorithm'],
  asked: string | undefined,
): Upload['checksumType'] => {
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  const possible = type === 'FULL_OBJECT' ? isCrc(algorithm) : algorithm !== 'CRC64NVME'
  if (!possible || (type !== 'FULL_OBJECT' && type !== 'COMPOSITE'))
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  return type
}
