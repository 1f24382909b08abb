import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { combineCrc } from '../../../../src/emulator/services/s3/combineCrc.ts'
import { s3 } from '../../../../src/emulator/services/s3.ts'
import { type Asked, World } from '../../call.ts'

const Bucket = 'uploads'
const Key = 'big/file'
const FULL = Buffer.alloc(5 * 1024 ** 2, 'full part ')
let world: World
let ask: Asked<typeof s3>

beforeEach(async () => {
  world = new World()
  ask = world.ask(s3, 's3')
  await ask.CreateBucket({ Bucket })
})
afterEach(() => world.remove())

const begin = async (extra: object = {}): Promise<string> =>
  (await ask.CreateMultipartUpload({ Bucket, Key, ...extra })).UploadId ?? ''

const part = async (UploadId: string, PartNumber: number, Body: Uint8Array) => ({
  PartNumber,
  ...(await ask.UploadPart({ Bucket, Key, UploadId, PartNumber, Body })),
})

const bytes = async (extra: object = {}): Promise<Buffer> =>
  buffer((await ask.GetObject({ Bucket, Key, ...extra })).Body as unknown as NodeJS.ReadableStream)

const blobsOnDisk = (): number =>
  readdirSync(world.call('s3').folder('objects'), { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  ).length

test('parts become one object, the unlisted are dropped', async () => {
  const UploadId = await begin({ ContentType: 'x/y' })
  const one = await part(UploadId, 1, FULL)
  await part(UploadId, 2, Buffer.from('forgotten'))
  const three = await part(UploadId, 3, Buffer.from('tail'))
  const done = await ask.CompleteMultipartUpload({
    Bucket,
    Key,
    UploadId,
    MultipartUpload: { Parts: [one, three] },
  })
  const whole = Buffer.concat([FULL, Buffer.from('tail')])
  const md5s = [FULL, Buffer.from('tail')].map(body => createHash('md5').update(body).digest())
  expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`)
  expect((await bytes()).equals(whole)).toBe(true)
  expect((await bytes({ Range: `bytes=${FULL.length - 2}-${FULL.length + 1}` })).toString()).toBe(
    whole.subarray(FULL.length - 2, FULL.length + 2).toString(),
  )
  expect((await bytes({ PartNumber: 2 })).toString()).toBe('tail')
  expect(await ask.HeadObject({ Bucket, Key, PartNumber: 1 })).toMatchObject({
    PartsCount: 2,
    ContentLength: FULL.length,
    ContentType: 'x/y',
  })
  expect(blobsOnDisk()).toBe(2)
  await expect(ask.ListParts({ Bucket, Key, UploadId })).rejects.toMatchObject({ code: 'NoSuchUpload' })
})

test('the checksum of the whole is computed from the parts', async () => {
  const whole = Buffer.concat([FULL, Buffer.from('tail')])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(whole))
  const UploadId = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
  const Parts = [await part(UploadId, 1, FULL), await part(UploadId, 2, Buffer.from('tail'))]
  const done = await ask.CompleteMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
  expect(done).toMatchObject({ ChecksumCRC32: sum.toString('base64'), ChecksumType: 'FULL_OBJECT' })
})

test('CRCs of parts combine to the CRC of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 6 }), parts => {
      const sumOf = (body: Uint8Array): string => {
        const sum = Buffer.alloc(4)
        sum.writeUInt32BE(crc32(body))
        return sum.toString('base64')
      }
      const combined = combineCrc(
        'CRC32',
        parts.map(body => ({ checksum: sumOf(body), size: body.length })),
      )
      expect(combined).toBe(sumOf(Buffer.concat(parts)))
    }),
  )
})

test('what is wrong with a completion is named', async () => {
  const UploadId = await begin()
  const one = await part(UploadId, 1, Buffer.from('small'))
  const two = await part(UploadId, 2, Buffer.from('tail'))
  const complete = (Parts: object[]) =>
    ask.CompleteMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
  await expect(complete([])).rejects.toMatchObject({ code: 'MalformedXML' })
  await expect(complete([two, one])).rejects.toMatchObject({ code: 'InvalidPartOrder' })
  await expect(complete([one, two])).rejects.toMatchObject({ code: 'EntityTooSmall' })
  await expect(complete([{ ...one, ETag: '"00"' }])).rejects.toMatchObject({ code: 'InvalidPart' })
  await expect(complete([one, { PartNumber: 7, ETag: two.ETag }])).rejects.toMatchObject({
    code: 'EntityTooSmall',
  })
  await expect(part(UploadId, 10_001, FULL)).rejects.toMatchObject({ code: 'InvalidArgument' })
})

test('an aborted upload leaves nothing and lets the bucket go', async () => {
  const UploadId = await begin()
  await part(UploadId, 1, FULL)
  await expect(ask.DeleteBucket({ Bucket })).rejects.toMatchObject({ code: 'BucketNotEmpty' })
  await ask.AbortMultipartUpload({ Bucket, Key, UploadId })
  expect(blobsOnDisk()).toBe(0)
  await expect(part(UploadId, 2, FULL)).rejects.toMatchObject({ code: 'NoSuchUpload' })
  await ask.DeleteBucket({ Bucket })
})

test('parts are copied from objects, whole or by range', async () => {
  await ask.PutObject({ Bucket, Key: 'source', Body: FULL })
  const UploadId = await begin()
  const CopySource = `${Bucket}/source`
  const copy = async (PartNumber: number, CopySourceRange?: string) => ({
    PartNumber,
    ETag: (await ask.UploadPartCopy({ Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange }))
      .CopyPartResult?.ETag,
  })
  const Parts = [await copy(1), await copy(2, 'bytes=0-3')]
  await ask.CompleteMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
  await ask.DeleteObject({ Bucket, Key: 'source' })
  expect((await bytes()).equals(Buffer.concat([FULL, FULL.subarray(0, 4)]))).toBe(true)
})

test('uploads and parts are listed in pages', async () => {
  const ids = [await begin(), await begin(), await begin({ Key: 'other' })]
  const first = await ask.ListMultipartUploads({ Bucket, MaxUploads: 1 })
  expect(first.IsTruncated).toBe(true)
  const rest = await ask.ListMultipartUploads({
    Bucket,
    KeyMarker: first.NextKeyMarker,
    UploadIdMarker: first.NextUploadIdMarker,
  })
  const seen = [...(first.Uploads ?? []), ...(rest.Uploads ?? [])].map(({ UploadId }) => UploadId)
  expect(seen.sort()).toEqual([...ids].sort())
  const UploadId = ids[0] ?? ''
  for (const number of [11, 2, 1]) await part(UploadId, number, Buffer.from(`${number}`))
  const page = await ask.ListParts({ Bucket, Key, UploadId, MaxParts: 2 })
  expect(page.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2])
  const next = await ask.ListParts({ Bucket, Key, UploadId, PartNumberMarker: page.NextPartNumberMarker })
  expect(next.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([11])
})
