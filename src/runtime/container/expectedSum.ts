import type { Headers } from '../aws/awsError.ts'
import type { Algorithm } from './digests.ts'

export interface ExpectedSum {
  readonly algorithm: Algorithm
  /** Hex digits. */
  readonly hex: string
}

const STATED = [
  ['x-amz-checksum-sha256', 'sha256'],
  ['x-amz-checksum-sha1', 'sha1'],
  ['x-amz-checksum-crc32', 'crc32'],
] as const

const MD5 = /^"([0-9a-f]{32})"$/

/**
 * The checksum S3 knows of a whole object, by the headers of its download; null when it tells none that can be checked
 * here. A checksum of parts is none of the whole (S3 guide, "Checking object integrity"); an ETag is the MD5 of what was
 * put in one piece and not encrypted with a key of KMS or the client.
 */
export const expectedSum = (headers: Headers): ExpectedSum | null => {
  if (headers['x-amz-checksum-type'] !== 'COMPOSITE')
    for (const [header, algorithm] of STATED) {
      const value = headers[header]
      if (typeof value === 'string' && !value.includes('-'))
        return { algorithm, hex: Buffer.from(value, 'base64').toString('hex') }
    }
  const ours = headers['x-amz-meta-sa-sha256']
  if (typeof ours === 'string') return { algorithm: 'sha256', hex: ours }
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256'
  const clientKey = 'x-amz-server-side-encryption-customer-algorithm' in headers
  const [, md5] = MD5.exec(String(headers['etag'])) ?? []
  return md5 !== undefined && encryption === 'AES256' && !clientKey ? { algorithm: 'md5', hex: md5 } : null
}
