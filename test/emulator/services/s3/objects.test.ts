import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { s3 } from '../../../../src/emulator/services/s3.ts'
import { type Asked, World } from '../../call.ts'

const Bucket = 'notes-database'
let world: World
let ask: Asked<typeof s3>

const read = async (Key: string, VersionId?: string): Promise<string> => {
  const { Body } = await ask.GetObject({ Bucket, Key, VersionId })
  return text(Body as unknown as NodeJS.ReadableStream)
}

const blobsOnDisk = (): string[] =>
  readdirSync(world.call('s3').folder('objects'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => name)

beforeEach(async () => {
  world = new World()
  ask = world.ask(s3, 's3')
  await ask.CreateBucket({ Bucket })
})
afterEach(() => world.remove())

const versioned = () => ask.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })

describe('an object', () => {
  test('whose bucket goes while its bytes come in is refused, and is not in the next bucket of that name', async () => {
    const { promise: rest, resolve } = Promise.withResolvers<Buffer>()
    const slow = (async function* () {
      yield Buffer.from('the start, ')
      yield await rest
    })()
    const Body = Readable.from(slow) as never
    const upload = ask.PutObject({ Bucket, Key: 'db.sqlite3', Body })
    await ask.DeleteBucket({ Bucket })
    resolve(Buffer.from('the end'))
    await expect(upload).rejects.toMatchObject({ code: 'NoSuchBucket' })
    expect(blobsOnDisk()).toEqual([])
    world.advance(86_400)
    await ask.CreateBucket({ Bucket })
    expect((await ask.ListObjectsV2({ Bucket })).KeyCount).toBe(0)
  })

  test('comes back with what its writer said of it', async () => {
    await ask.PutObject({
      Bucket,
      Key: 'index.html',
      Body: '<h1>hi</h1>',
      ContentType: 'text/html',
      CacheControl: 'no-cache',
      ContentEncoding: 'aws-chunked,gzip',
      Metadata: { sha256: 'abc' },
      Tagging: 'kind=page&by=me%20too',
    })
    const head = await ask.HeadObject({ Bucket, Key: 'index.html' })
    expect(head).toMatchObject({
      ContentType: 'text/html',
      CacheControl: 'no-cache',
      ContentEncoding: 'gzip',
      Metadata: { sha256: 'abc' },
      ContentLength: 11,
      ServerSideEncryption: 'AES256',
      TagCount: 2,
      ETag: `"${createHash('md5').update('<h1>hi</h1>').digest('hex')}"`,
      VersionId: undefined,
    })
    expect(await read('index.html')).toBe('<h1>hi</h1>')
    expect((await ask.GetObjectTagging({ Bucket, Key: 'index.html' })).TagSet).toEqual([
      { Key: 'kind', Value: 'page' },
      { Key: 'by', Value: 'me too' },
    ])
  })

  test.each([
    '../../etc/passwd',
    'a b+c%20',
    '/',
    '//x//',
    'Grüße/日本/🦊',
    '.',
    '..',
    `k${'ü'.repeat(511)}`,
    '\u0001',
  ])('may be called %j', async Key => {
    await ask.PutObject({ Bucket, Key, Body: Key })
    expect(await read(Key)).toBe(Key)
  })

  test('with a key of more than 1024 bytes is refused', async () => {
    await expect(ask.PutObject({ Bucket, Key: 'ü'.repeat(513) })).rejects.toMatchObject({
      code: 'KeyTooLongError',
    })
  })

  test('that fails its checksum is not stored', async () => {
    for (const claim of [
      { ChecksumCRC32: 'AAAAAA==' },
      { ChecksumSHA256: createHash('sha256').update('other').digest('base64') },
      { ContentMD5: createHash('md5').update('other').digest('base64') },
    ])
      await expect(ask.PutObject({ Bucket, Key: 'x', Body: 'this', ...claim })).rejects.toMatchObject({
        code: 'BadDigest',
      })
    await expect(ask.HeadObject({ Bucket, Key: 'x' })).rejects.toMatchObject({ code: 'NoSuchKey' })
    expect(blobsOnDisk()).toEqual([])
  })

  test('shows the checksum it was given, or CRC64NVME', async () => {
    // The check values of the CRC catalogue for the text 123456789.
    const known = { CRC32: 'y/Q5Jg==', CRC32C: '4waSgw==', CRC64NVME: 'rosUhgp5mIg=' } as const
    for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
      await ask.PutObject({ Bucket, Key: 'c', Body: '123456789', ChecksumAlgorithm: algorithm })
      expect(await ask.HeadObject({ Bucket, Key: 'c', ChecksumMode: 'ENABLED' })).toMatchObject({
        [`Checksum${algorithm}`]: known[algorithm],
        ChecksumType: 'FULL_OBJECT',
      })
    }
    await ask.PutObject({ Bucket, Key: 'd', Body: '123456789' })
    expect(await ask.HeadObject({ Bucket, Key: 'd', ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumCRC64NVME: known.CRC64NVME,
    })
  })

  test('is read in ranges', async () => {
    await ask.PutObject({ Bucket, Key: 'r', Body: '0123456789' })
    const range = async (Range: string) => {
      const { Body, ContentRange } = await ask.GetObject({ Bucket, Key: 'r', Range })
      return [await text(Body as unknown as NodeJS.ReadableStream), ContentRange]
    }
    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10'])
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10'])
    expect(await range('bytes=-2')).toEqual(['89', 'bytes 8-9/10'])
    expect(await range('bytes=8-99')).toEqual(['89', 'bytes 8-9/10'])
    expect(await range('bytes=1-2,4-5')).toEqual(['0123456789', undefined])
    await expect(ask.GetObject({ Bucket, Key: 'r', Range: 'bytes=10-' })).rejects.toMatchObject({
      code: 'InvalidRange',
      status: 416,
    })
  })

  test('is written and read under conditions', async () => {
    const put = (Body: string, when: object) => ask.PutObject({ Bucket, Key: 'head', Body, ...when })
    const { ETag } = await put('1', { IfNoneMatch: '*' })
    await expect(put('2', { IfNoneMatch: '*' })).rejects.toMatchObject({ status: 412 })
    await expect(put('2', { IfMatch: '"0000"' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await expect(ask.PutObject({ Bucket, Key: 'none', Body: '2', IfMatch: ETag })).rejects.toMatchObject({
      code: 'NoSuchKey',
    })
    await put('2', { IfMatch: ETag })
    expect(await read('head')).toBe('2')
    expect(blobsOnDisk()).toHaveLength(1)
    const current = (await ask.HeadObject({ Bucket, Key: 'head' })).ETag
    await expect(ask.GetObject({ Bucket, Key: 'head', IfNoneMatch: current })).rejects.toMatchObject({
      status: 304,
    })
    await expect(ask.GetObject({ Bucket, Key: 'head', IfMatch: ETag })).rejects.toMatchObject({ status: 412 })
    await expect(
      ask.GetObject({ Bucket, Key: 'head', IfModifiedSince: new Date(world.now) }),
    ).rejects.toMatchObject({ status: 304 })
    await expect(ask.DeleteObject({ Bucket, Key: 'head', IfMatch: ETag })).rejects.toMatchObject({
      status: 412,
    })
    await ask.DeleteObject({ Bucket, Key: 'head', IfMatch: current })
    await expect(read('head')).rejects.toMatchObject({ code: 'NoSuchKey' })
  })

  test('of two conditional writers at once one wins', async () => {
    const results = await Promise.allSettled(
      [...'abcdefgh'].map(Body => ask.PutObject({ Bucket, Key: 'one', Body, IfNoneMatch: '*' })),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(blobsOnDisk()).toHaveLength(1)
  })

  test('being read is not torn by its deletion', async () => {
    const bytes = randomBytes(3_000_000).toString('hex')
    await ask.PutObject({ Bucket, Key: 'big', Body: bytes })
    const { Body } = await ask.GetObject({ Bucket, Key: 'big' })
    await ask.DeleteObject({ Bucket, Key: 'big' })
    expect(await text(Body as unknown as NodeJS.ReadableStream)).toBe(bytes)
    expect(blobsOnDisk()).toEqual([])
  })
})

describe('versions', () => {
  test('pile up, hide behind a marker and come back when it goes', async () => {
    await ask.PutObject({ Bucket, Key: 'db', Body: 'before' })
    await versioned()
    const first = await ask.PutObject({ Bucket, Key: 'db', Body: '1' })
    const second = await ask.PutObject({ Bucket, Key: 'db', Body: '2' })
    expect([await read('db'), await read('db', first.VersionId), await read('db', 'null')]).toEqual([
      '2',
      '1',
      'before',
    ])
    const gone = await ask.DeleteObject({ Bucket, Key: 'db' })
    expect(gone).toMatchObject({ DeleteMarker: true })
    await expect(read('db')).rejects.toMatchObject({ code: 'NoSuchKey' })
    await expect(read('db', gone.VersionId)).rejects.toMatchObject({ code: 'MethodNotAllowed', status: 405 })
    const listed = await ask.ListObjectVersions({ Bucket })
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, false],
      [first.VersionId, false],
      ['null', false],
    ])
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: gone.VersionId, IsLatest: true }])
    expect(await ask.DeleteObject({ Bucket, Key: 'db', VersionId: gone.VersionId })).toEqual({
      DeleteMarker: true,
      VersionId: gone.VersionId,
    })
    expect(await read('db')).toBe('2')
  })

  test('suspended: the null version is the one that is replaced', async () => {
    await versioned()
    const kept = await ask.PutObject({ Bucket, Key: 'k', Body: 'kept' })
    await ask.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
    await ask.PutObject({ Bucket, Key: 'k', Body: 'a' })
    await ask.PutObject({ Bucket, Key: 'k', Body: 'b' })
    expect(blobsOnDisk()).toHaveLength(2)
    expect(await ask.DeleteObject({ Bucket, Key: 'k' })).toMatchObject({
      DeleteMarker: true,
      VersionId: 'null',
    })
    const { Versions, DeleteMarkers } = await ask.ListObjectVersions({ Bucket })
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([kept.VersionId])
    expect(DeleteMarkers).toMatchObject([{ VersionId: 'null', IsLatest: true }])
  })

  test('unknown and malformed ids differ', async () => {
    await versioned()
    await ask.PutObject({ Bucket, Key: 'k', Body: 'a' })
    await expect(read('k', 'a'.repeat(32))).rejects.toMatchObject({ code: 'NoSuchVersion' })
    await expect(read('k', 'nonsense!')).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(await ask.DeleteObject({ Bucket, Key: 'k', VersionId: 'a'.repeat(32) })).toMatchObject({
      VersionId: 'a'.repeat(32),
    })
  })

  test('many are deleted in one call, and each fault is named', async () => {
    await versioned()
    const { VersionId } = await ask.PutObject({ Bucket, Key: 'k', Body: 'a' })
    const answer = await ask.DeleteObjects({
      Bucket,
      Delete: {
        Objects: [{ Key: 'k', VersionId }, { Key: 'never there' }, { Key: 'k', VersionId: 'nonsense!' }],
      },
    })
    expect(answer.Deleted).toMatchObject([
      { Key: 'k', VersionId },
      { Key: 'never there', DeleteMarker: true },
    ])
    expect(answer.Errors).toMatchObject([{ Key: 'k', Code: 'InvalidArgument' }])
  })
})

describe('a copy', () => {
  test('keeps or replaces what is said of the object', async () => {
    await ask.PutObject({ Bucket, Key: 'a b+c', Body: 'x', ContentType: 'text/plain', Tagging: 'a=b' })
    const CopySource = `${Bucket}/${encodeURIComponent('a b+c')}`
    await ask.CopyObject({ Bucket, Key: 'kept', CopySource })
    await ask.CopyObject({
      Bucket,
      Key: 'new',
      CopySource,
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: 'text/css',
    })
    expect(await ask.HeadObject({ Bucket, Key: 'kept' })).toMatchObject({
      ContentType: 'text/plain',
      TagCount: 1,
    })
    expect(await ask.HeadObject({ Bucket, Key: 'new' })).toMatchObject({
      ContentType: 'text/css',
      TagCount: undefined,
    })
    await ask.DeleteObject({ Bucket, Key: 'a b+c' })
    expect(await read('kept')).toBe('x')
  })

  test('to itself without a change is refused', async () => {
    await ask.PutObject({ Bucket, Key: 'a', Body: 'x' })
    await expect(ask.CopyObject({ Bucket, Key: 'a', CopySource: `${Bucket}/a` })).rejects.toMatchObject({
      code: 'InvalidRequest',
    })
  })

  test('of an old version brings it back', async () => {
    await versioned()
    const old = await ask.PutObject({ Bucket, Key: 'db', Body: 'old' })
    await ask.PutObject({ Bucket, Key: 'db', Body: 'new' })
    const CopySource = `${Bucket}/db?versionId=${old.VersionId}`
    const copied = await ask.CopyObject({ Bucket, Key: 'db', CopySource })
    expect(copied.CopySourceVersionId).toBe(old.VersionId)
    expect(await read('db')).toBe('old')
  })
})
