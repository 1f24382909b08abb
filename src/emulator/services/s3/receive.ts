import { AwsError, type Call } from '../../service.ts'
import { type Blob, dropBlobs, storeBlob } from './blobs.ts'
import {
  type Algorithm,
  algorithmNamed,
  type Checksummed,
  DEFAULT_ALGORITHM,
  memberOf,
  stated,
} from './checksums.ts'

interface Incoming extends Checksummed {
  Body?: unknown
  ContentMD5?: string | undefined
  ChecksumAlgorithm?: string | undefined
}

/** The algorithm a request is about, whether its checksum came ahead or comes in the trailer. */
export const algorithmOf = (input: Incoming): Algorithm | undefined =>
  stated(input)?.algorithm ?? algorithmNamed(input.ChecksumAlgorithm)

/**
 * Streams the body to disk, computing the request's checksum and `kept` (default: the request's, or CRC64NVME).
 * Throws BadDigest, InvalidDigest and InvalidRequest, and then nothing stays on disk.
 */
export const receive = async (
  input: Incoming,
  call: Call,
  kept?: Algorithm,
): Promise<Blob & { checksum: string; algorithm: Algorithm }> => {
  const sent = algorithmOf(input)
  const algorithm = kept ?? sent ?? DEFAULT_ALGORITHM
  checkShape(input)
  const blob = await storeBlob(call, input.Body, new Set([algorithm, sent ?? algorithm]))
  try {
    verify(input, blob)
  } catch (error) {
    await dropBlobs(call, [blob])
    throw error
  }
  return { ...blob, algorithm, checksum: blob.checksums[algorithm] ?? '' }
}

/** Only after the last byte: a trailer's checksum may have joined the input on the way. */
const verify = (input: Incoming, blob: Blob): void => {
  if (input.ContentMD5 !== undefined && Buffer.from(input.ContentMD5, 'base64').toString('hex') !== blob.md5)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      status: 400,
      fields: {
        ExpectedDigest: input.ContentMD5,
        CalculatedDigest: Buffer.from(blob.md5, 'hex').toString('base64'),
      },
    })
  const claim = stated(input)
  if (claim && blob.checksums[claim.algorithm] !== claim.value)
    throw new AwsError(
      'BadDigest',
      `The ${claim.algorithm} you specified did not match the calculated checksum.`,
      { status: 400 },
    )
}

const BYTES: Record<Algorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  MD5: 16,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
}

const checkShape = (input: Incoming): void => {
  if (input.ContentMD5 !== undefined && Buffer.from(input.ContentMD5, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', { status: 400 })
  const claim = stated(input)
  if (claim && Buffer.from(claim.value, 'base64').length !== BYTES[claim.algorithm])
    throw new AwsError(
      'InvalidRequest',
      `Value for x-amz-checksum-${claim.algorithm.toLowerCase()} header is invalid.`,
      { status: 400 },
    )
}

/** The response's checksum members. */
export const checksumFields = (algorithm: Algorithm, value: string): Checksummed => {
  const fields: Checksummed = {}
  fields[memberOf(algorithm)] = value
  return fields
}
