import { createHash } from 'node:crypto'
import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Service } from '../../service.ts'
import { dropBlobs } from './blobs.ts'
import { memberOf, ofParts, stated } from './checksums.ts'
import { checkWrite } from './conditions.ts'
import { invalidRequest, malformedXml } from './errors.ts'
import { forget, uploadAt } from './multipart.ts'
import { checksumOf } from './objects.ts'
import { type Content, objects, type Part, partsOf, type Upload } from './state.ts'
import { putVersion, writtenId } from './versions.ts'

const SMALLEST_PART = 5 * 1024 ** 2

/** An upload becomes an object. Its parts stay the files they are: nothing is copied. */
export const completionOperations = {
  CompleteMultipartUpload: async (input, call) => {
    const { bucket, upload } = uploadAt(input, call)
    const stored = partsOf(call, bucket, upload.id)
    const parts = chosenParts(input.MultipartUpload?.Parts ?? [], upload, stored.values())
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size)
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
      )
    const value = await ofParts(upload.algorithm, upload.checksumType, parts)
    const claim = stated(input)
    if (claim && (claim.algorithm !== upload.algorithm || claim.value !== value))
      throw new AwsError(
        'BadDigest',
        `The ${claim.algorithm} you specified did not match the calculated checksum.`,
        { status: 400 },
      )
    const content: Content = {
      headers: upload.headers,
      expires: upload.expires,
      metadata: upload.metadata,
      storageClass: upload.storageClass,
      tags: upload.tags,
      etag: etagOf(parts),
      size,
      parts,
      partsCount: parts.length,
      checksum: { algorithm: upload.algorithm, type: upload.checksumType, value },
      encryption: upload.encryption,
    }
    // Another complete or an abort may have come in while the checksum was computed.
    uploadAt(input, call)
    checkWrite(input, objects(call, bucket).get(upload.key)?.[0], upload.key)
    const left = stored.values().filter(part => !parts.some(({ blob }) => blob === part.blob))
    forget(call, bucket, upload)
    const version = await putVersion(call, bucket, upload.key, content, {})
    await dropBlobs(call, left)
    return {
      Location: `${call.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
      Bucket: bucket.name,
      Key: upload.key,
      ETag: content.etag,
      ...checksumOf(content),
      ServerSideEncryption: content.encryption as S3.ServerSideEncryption,
      VersionId: writtenId(bucket, version),
    }
  },
} satisfies Service<typeof S3>

/** The stored parts the client lists. Throws MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall. */
const chosenParts = (
  listed: readonly S3.CompletedPart[],
  upload: Upload,
  stored: readonly Part[],
): Part[] => {
  if (listed.length === 0) throw malformedXml()
  const numbers = listed.map(({ PartNumber = 0 }) => PartNumber)
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)))
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { status: 400 },
    )
  const byNumber = new Map(stored.map(part => [part.number, part]))
  return listed.map((part, index) => {
    const number = part.PartNumber ?? 0
    const found = byNumber.get(number)
    const checksum = part[memberOf(upload.algorithm)]
    if (
      !found ||
      part.ETag?.replaceAll('"', '') !== found.md5 ||
      (checksum ?? found.checksum) !== found.checksum
    )
      throw invalidPart(number)
    if (checksum === undefined && upload.strict && upload.checksumType === 'COMPOSITE')
      throw invalidRequest(
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      )
    if (index < listed.length - 1 && found.size < SMALLEST_PART)
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        status: 400,
        fields: { ProposedSize: found.size, MinSizeAllowed: SMALLEST_PART, PartNumber: number },
      })
    return found
  })
}

const invalidPart = (number: number): AwsError =>
  new AwsError(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { status: 400, fields: { PartNumber: number } },
  )

const etagOf = (parts: readonly Part[]): string => {
  const sum = createHash('md5')
  for (const { md5 } of parts) sum.update(Buffer.from(md5, 'hex'))
  return `"${sum.digest('hex')}-${parts.length}"`
}
