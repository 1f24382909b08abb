import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc'

/** A running checksum over bytes. */
export interface Checksum {
  update(bytes: Uint8Array): void
  digest(): Promise<Uint8Array>
}

/** S3's names for its checksums, as in `ChecksumAlgorithm` and, in lower case, in `x-amz-checksum-<name>`. */
export type ChecksumAlgorithm = keyof typeof ALGORITHMS

/** A fresh checksum; `digest` in base64 is what S3 says in headers. */
export const checksum = (algorithm: ChecksumAlgorithm): Checksum => ALGORITHMS[algorithm]()

export const isChecksumAlgorithm = (name: string): name is ChecksumAlgorithm =>
  Object.hasOwn(ALGORITHMS, name)

const hash = (name: string) => (): Checksum => {
  const running = createHash(name)
  return { update: bytes => void running.update(bytes), digest: async () => running.digest() }
}

/** Node's own is native and a hundred times as fast as one in JavaScript. */
const nativeCrc32 = (): Checksum => {
  let value = 0
  return {
    update: bytes => {
      value = crc32(bytes, value)
    },
    digest: async () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

const ALGORITHMS = {
  CRC32: nativeCrc32,
  CRC32C: (): Checksum => new Crc32c(),
  CRC64NVME: (): Checksum => new Crc64Nvme(),
  SHA1: hash('sha1'),
  SHA256: hash('sha256'),
  SHA512: hash('sha512'),
  MD5: hash('md5'),
}
