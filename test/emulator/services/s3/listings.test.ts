import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { byUtf8, pageOf } from '../../../../src/emulator/services/s3/page.ts'
import { s3 } from '../../../../src/emulator/services/s3.ts'
import { type Asked, World } from '../../call.ts'

const Bucket = 'listed'
let world: World
let ask: Asked<typeof s3>

beforeEach(async () => {
  world = new World()
  ask = world.ask(s3, 's3')
  await ask.CreateBucket({ Bucket })
})
afterEach(() => world.remove())

const put = async (...keys: string[]): Promise<void> => {
  for (const Key of keys) await ask.PutObject({ Bucket, Key, Body: Key })
}

/** A listing as S3 documents it, without pages: the whole answer for prefix and delimiter. */
const whole = (keys: string[], prefix: string, delimiter: string): string[] => {
  const shown = keys
    .filter(key => key.startsWith(prefix))
    .map(key => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      return end < 0 ? key : key.slice(0, end + delimiter.length)
    })
  return [...new Set(shown)].sort(byUtf8)
}

test('pages put together are the whole listing, in all three operations', async () => {
  const keys = ['a', 'a/', 'a/b', 'a/b/c', 'a/é', 'b/x', 'b/y', 'c', 'd//e', 'ï/z', '🦊', '\uffee']
  await ask.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  await put(...keys, ...keys)
  for (const Prefix of ['', 'a', 'a/', 'zzz'])
    for (const Delimiter of ['', '/'])
      for (const MaxKeys of [1, 2, 3, 1000]) {
        const expected = whole(keys, Prefix, Delimiter)
        const v2: string[] = []
        const v1: string[] = []
        const versions: string[] = []
        let token: string | undefined
        do {
          const page = await ask.ListObjectsV2({
            Bucket,
            Prefix,
            Delimiter,
            MaxKeys,
            ContinuationToken: token,
          })
          const shown = [...(page.Contents ?? []).map(({ Key }) => Key ?? ''), ...prefixes(page)]
          expect(page.KeyCount).toBe(shown.length)
          v2.push(...shown)
          token = page.NextContinuationToken
        } while (token)
        let marker: string | undefined
        do {
          const page = await ask.ListObjects({ Bucket, Prefix, Delimiter, MaxKeys, Marker: marker })
          const shown = [...(page.Contents ?? []).map(({ Key }) => Key ?? ''), ...prefixes(page)]
          v1.push(...shown)
          marker = page.IsTruncated ? (page.NextMarker ?? shown.sort(byUtf8).at(-1)) : undefined
        } while (marker)
        let KeyMarker: string | undefined
        let VersionIdMarker: string | undefined
        do {
          const page = await ask.ListObjectVersions({
            Bucket,
            Prefix,
            Delimiter,
            MaxKeys,
            KeyMarker,
            VersionIdMarker,
          })
          versions.push(...(page.Versions ?? []).map(({ Key }) => Key ?? ''), ...prefixes(page))
          KeyMarker = page.NextKeyMarker
          VersionIdMarker = page.NextVersionIdMarker
        } while (KeyMarker)
        expect(v2.sort(byUtf8)).toEqual(expected)
        expect(v1.sort(byUtf8)).toEqual(expected)
        const twice = expected.flatMap(key =>
          keys.includes(key) && !isPrefix(key, Prefix, Delimiter) ? [key, key] : [key],
        )
        expect(versions.sort(byUtf8)).toEqual(twice)
      }
})

const prefixes = (page: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }): string[] =>
  (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? '')

const isPrefix = (key: string, prefix: string, delimiter: string): boolean =>
  delimiter !== '' && key.indexOf(delimiter, prefix.length) >= 0

test('keys come in the order of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(Math.sign(byUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('no page is longer than asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 })), fc.nat(5), (keys, max) => {
      const all = [...new Set(keys)].sort(byUtf8).map(key => [key, key] as const)
      const page = pageOf(all, { prefix: '', delimiter: 'a', max, afterPrefix: '' })
      expect(page.items.length + page.prefixes.length).toBeLessThanOrEqual(max)
    }),
  )
})

test('what XML cannot hold is encoded when the client asks', async () => {
  await put('a b+c/(ü)*~\u0001')
  const { Contents } = await ask.ListObjectsV2({ Bucket, EncodingType: 'url' })
  expect(Contents?.[0]?.Key).toBe('a+b%2Bc/%28%C3%BC%29*%7E%01')
})

test('start-after begins behind the key', async () => {
  await put('a', 'b', 'c')
  const { Contents } = await ask.ListObjectsV2({ Bucket, StartAfter: 'a' })
  expect(Contents?.map(({ Key }) => Key)).toEqual(['b', 'c'])
})

test('markers and sizes that cannot be are refused', async () => {
  await expect(ask.ListObjectsV2({ Bucket, MaxKeys: -1 })).rejects.toMatchObject({ code: 'InvalidArgument' })
  await expect(ask.ListObjectsV2({ Bucket, ContinuationToken: '!' })).rejects.toMatchObject({
    code: 'InvalidArgument',
  })
  await expect(ask.ListObjectVersions({ Bucket, VersionIdMarker: 'x' })).rejects.toMatchObject({
    code: 'InvalidArgument',
  })
  expect(await ask.ListObjectsV2({ Bucket, MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false })
})
