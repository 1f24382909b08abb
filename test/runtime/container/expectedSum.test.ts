import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { measure } from '../../../src/runtime/container/digests.ts'
import { expectedSum } from '../../../src/runtime/container/expectedSum.ts'

const base64 = (algorithm: string) => createHash(algorithm).update('bytes').digest('base64')
const hex = (algorithm: string) => createHash(algorithm).update('bytes').digest('hex')
const etag = `"${hex('md5')}"`

test.for([
  ['the strongest that is told', { 'x-amz-checksum-sha256': base64('sha256'), etag }, 'sha256'],
  [
    'a checksum of the whole',
    { 'x-amz-checksum-sha1': base64('sha1'), 'x-amz-checksum-type': 'FULL_OBJECT' },
    'sha1',
  ],
  ['the one we noted ourselves', { 'x-amz-meta-sa-sha256': hex('sha256'), etag }, 'sha256'],
  ['the ETag of a plain upload', { etag, 'x-amz-server-side-encryption': 'AES256' }, 'md5'],
  ['the ETag when S3 tells only what we cannot compute', { etag, 'x-amz-checksum-crc64nvme': 'AAAA' }, 'md5'],
] as const)('%s is what a download is checked by', ([, headers, algorithm]) => {
  expect(expectedSum(headers)).toEqual({ algorithm, hex: hex(algorithm) })
})

test.for([
  ['an ETag of parts', { etag: `"${hex('md5')}-3"` }],
  ['a checksum of parts', { 'x-amz-checksum-sha256': `${base64('sha256')}-3`, etag: '"x-3"' }],
  ['parts by their type', { 'x-amz-checksum-sha256': base64('sha256'), 'x-amz-checksum-type': 'COMPOSITE' }],
  ['an ETag under a key of KMS', { etag, 'x-amz-server-side-encryption': 'aws:kms' }],
  [
    'an ETag under a key of the client',
    { etag, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
  ],
] as const)('%s is none', ([, headers]) => {
  expect(expectedSum(headers)).toBeNull()
})

test('sums are those of the whole, however it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 })), async pieces => {
      const all = Buffer.concat(pieces)
      const told: unknown[] = []
      const stream = measure(['sha256', 'md5', 'crc32'], measured => told.push(measured))
      const source = Readable.from(pieces.map(piece => Buffer.from(piece)))
      const passed: Buffer[] = []
      for await (const piece of stream(source)) passed.push(piece)
      expect(Buffer.concat(passed)).toEqual(all)
      expect(told).toMatchObject([
        {
          bytes: all.length,
          head: all.subarray(0, 100),
          sums: {
            sha256: createHash('sha256').update(all).digest('hex'),
            md5: createHash('md5').update(all).digest('hex'),
          },
        },
      ])
    }),
  )
})
