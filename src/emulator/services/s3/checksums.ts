import { createHash } from 'node:crypto'
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc'
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh'
import { type CrcName, combineCrc } from './combineCrc.ts'
import { invalidRequest } from './errors.ts'

interface Hasher {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array | Promise<Uint8Array>
}

const HASHERS = {
  CRC32: () => new Crc32(),
  CRC32C: () => new Crc32c(),
  CRC64NVME: () => new Crc64Nvme(),
  MD5: () => createHash('md5'),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
  SHA512: () => createHash('sha512'),
  XXHASH64: () => new Xxh64(),
  XXHASH3: () => new Xxh3_64(),
  XXHASH128: () => new Xxh3_128(),
} satisfies Record<string, () => Hasher>

export type Algorithm = keyof typeof HASHERS
export type Member = `Checksum${Algorithm}`

/** The members of inputs and outputs that carry a base64 checksum. */
export type Checksummed = { [Name in Member]?: string | undefined }

/** What S3 computes when the client sends no checksum ("Checking object integrity"). */
export const DEFAULT_ALGORITHM: Algorithm = 'CRC64NVME'

export const ALGORITHMS = Object.keys(HASHERS) as Algorithm[]

export const memberOf = (algorithm: Algorithm): Member => `Checksum${algorithm}`

export const hasher = (algorithm: Algorithm): Hasher => HASHERS[algorithm]()

/** The one checksum a request states. Throws InvalidRequest when there are several or it cannot be one. */
export const stated = (input: Checksummed): { algorithm: Algorithm; value: string } | undefined => {
  const found = ALGORITHMS.flatMap(algorithm => {
    const value = input[memberOf(algorithm)]
    return value === undefined ? [] : [{ algorithm, value }]
  })
  if (found.length > 1)
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  return found[0]
}

/** Throws InvalidRequest when `name` is no algorithm of ours. */
export const algorithmNamed = (name: string | undefined): Algorithm | undefined => {
  if (name === undefined) return undefined
  const algorithm = ALGORITHMS.find(known => known === name)
  if (!algorithm) throw invalidRequest('Checksum algorithm provided is unsupported.')
  return algorithm
}

/** The checksum of a multipart object: over the parts' checksums (COMPOSITE) or as if it were one piece. */
export const ofParts = async (
  algorithm: Algorithm,
  type: 'COMPOSITE' | 'FULL_OBJECT',
  parts: readonly { checksum: string; size: number }[],
): Promise<string> => {
  if (type === 'FULL_OBJECT') return combineCrc(algorithm as CrcName, parts)
  const sum = hasher(algorithm)
  for (const part of parts) sum.update(Buffer.from(part.checksum, 'base64'))
  return `${Buffer.from(await sum.digest()).toString('base64')}-${parts.length}`
}
