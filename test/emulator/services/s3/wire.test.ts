import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Running } from '../../running.ts'

let aws: Running
let s3: S3Client
const Bucket = 'over-the-wire'

beforeAll(async () => {
  aws = await Running.start()
  s3 = aws.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const failure = async (sent: Promise<unknown>): Promise<[string, number | undefined]> => {
  const error = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof S3ServiceException)) throw new Error(`no S3 error: ${String(error)}`)
  return [error.name, error.$metadata.httpStatusCode]
}

describe('the real SDK against the object store', () => {
  test('streams an object up and down', async () => {
    const bytes = randomBytes(3 * 1024 ** 2)
    const chunks = Array.from({ length: 48 }, (_, index) => bytes.subarray(index << 16, (index + 1) << 16))
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from(chunks),
        ContentLength: bytes.length,
        ContentType: 'a/b',
      }),
    )
    const { Body, ContentLength, ContentType, ETag, ChecksumCRC32 } = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'stream' }),
    )
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
    expect({ ContentLength, ContentType, ETag }).toEqual({
      ContentLength: bytes.length,
      ContentType: 'a/b',
      ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    })
    expect(ChecksumCRC32).toMatch(/^.{6}==$/)
  })

  test.each(['a b+c%2F?&=#', 'ünï/日本/🦊', './../x', '//', `${'k'.repeat(1024)}`])(
    'keeps the key %j',
    async Key => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata: { of: 'it' } }))
      const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      expect([await Body?.transformToString(), Metadata]).toEqual([Key, { of: 'it' }])
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
      expect(Contents?.map(one => one.Key)).toEqual([Key])
    },
  )

  test('sees ranges as 206, conditions as 304 and 412', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'r', Body: '0123456789' }))
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'r', Range: 'bytes=2-3' }))
    expect([part.$metadata.httpStatusCode, await part.Body?.transformToString(), part.ContentRange]).toEqual([
      206,
      '23',
      'bytes 2-3/10',
    ])
    const get = (when: object) => failure(s3.send(new GetObjectCommand({ Bucket, Key: 'r', ...when })))
    expect(await get({ Range: 'bytes=99-' })).toEqual(['InvalidRange', 416])
    expect((await get({ IfNoneMatch: ETag }))[1]).toBe(304)
    expect(await get({ IfMatch: '"x"' })).toEqual(['PreconditionFailed', 412])
    const put = (when: object) =>
      failure(s3.send(new PutObjectCommand({ Bucket, Key: 'r', Body: 'x', ...when })))
    expect(await put({ IfNoneMatch: '*' })).toEqual(['PreconditionFailed', 412])
    expect(await put({ IfMatch: '"x"' })).toEqual(['PreconditionFailed', 412])
  })

  test('gets errors by S3 names', async () => {
    expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toEqual(['NoSuchKey', 404])
    expect(await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).toEqual(['NotFound', 404])
    expect(await failure(s3.send(new HeadBucketCommand({ Bucket: 'none' })))).toEqual(['NotFound', 404])
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket })))).toEqual(['BucketNotEmpty', 409])
    expect(await failure(s3.send(new GetBucketTaggingCommand({ Bucket })))).toEqual(['NoSuchTagSet', 404])
    const europe = aws.client(S3Client, 'eu-west-1')
    expect(await failure(europe.send(new HeadBucketCommand({ Bucket })))).toEqual(['Unknown', 301])
    expect(await failure(europe.send(new ListObjectsV2Command({ Bucket })))).toEqual([
      'PermanentRedirect',
      301,
    ])
  })

  test('nobody gets in without credentials', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'private', Body: 'x' }))
    const response = await fetch(`${aws.endpoint}/${Bucket}/private`)
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('AccessDenied')])
  })

  test('a wrong checksum stores nothing', async () => {
    const bad = new PutObjectCommand({
      Bucket,
      Key: 'bad',
      Body: 'x',
      ChecksumSHA256: 'A'.repeat(43).concat('='),
    })
    expect(await failure(s3.send(bad))).toEqual(['BadDigest', 400])
    expect((await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'bad' }))))[1]).toBe(404)
  })

  test('versions, markers and a batch delete', async () => {
    const versioned = 'over-the-wire-versions'
    await s3.send(new CreateBucketCommand({ Bucket: versioned }))
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: versioned,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    )
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket: versioned, Key: 'db', Body }))
    const first = await put('1')
    await put('2')
    await s3.send(new DeleteObjectsCommand({ Bucket: versioned, Delete: { Objects: [{ Key: 'db' }] } }))
    const old = await s3.send(
      new GetObjectCommand({ Bucket: versioned, Key: 'db', VersionId: first.VersionId }),
    )
    expect(await old.Body?.transformToString()).toBe('1')
    const copied = await s3.send(
      new CopyObjectCommand({
        Bucket: versioned,
        Key: 'copy',
        CopySource: `${versioned}/db?versionId=${first.VersionId}`,
      }),
    )
    expect(copied.CopyObjectResult?.ETag).toBe(first.ETag)
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned }))
    expect([listed.Versions?.length, listed.DeleteMarkers?.length]).toEqual([3, 1])
    const Objects = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({
        Key,
        VersionId,
      }),
    )
    await s3.send(new DeleteObjectsCommand({ Bucket: versioned, Delete: { Objects, Quiet: true } }))
    await s3.send(new DeleteBucketCommand({ Bucket: versioned }))
  })

  test('a multipart upload with checksums', async () => {
    const Key = 'multi'
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
    )
    const Parts = []
    for (const [index, Body] of [Buffer.alloc(5 << 20, 'a'), Buffer.from('b')].entries()) {
      const PartNumber = index + 1
      const { ETag, ChecksumSHA256 } = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' }),
      )
      Parts.push({ PartNumber, ETag, ChecksumSHA256 })
    }
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    )
    expect(done).toMatchObject({ ChecksumType: 'COMPOSITE', ETag: expect.stringMatching(/-2"$/) })
    const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    expect(ContentLength).toBe((5 << 20) + 1)
    expect((await text(Body as Readable)).at(-1)).toBe('b')
  })

  test('settings survive the wire', async () => {
    const Rules = [
      {
        ID: 'keep',
        Status: 'Enabled' as const,
        Filter: { Prefix: 'db/' },
        NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 20 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      {
        ID: 'markers',
        Status: 'Enabled' as const,
        Filter: { Prefix: '' },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ]
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
    const read = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(read.Rules).toEqual(Rules)
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }))
    expect(LocationConstraint).toBeUndefined()
  })
})
