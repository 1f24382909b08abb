import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { invalidArgument } from './errors.ts'
import { encoder, entryOf, type Live, limit, sorted } from './listed.ts'
import { byUtf8, pageOf } from './page.ts'
import { type Bucket, bucketAt, objects, ownerOf } from './state.ts'

/** ListObjects and ListObjectsV2: the current objects. */
export const listingOperations = {
  ListObjects: (input, call) => {
    const bucket = bucketAt(input, call)
    const encode = encoder(input.EncodingType)
    const max = limit(input.MaxKeys, 'max-keys')
    const page = livePage(call, bucket, input, input.Marker ?? '', max)
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Marker: encode(input.Marker ?? ''),
      Delimiter: input.Delimiter && encode(input.Delimiter),
      MaxKeys: max,
      EncodingType: input.EncodingType,
      IsTruncated: page.next !== undefined,
      // Without a delimiter the last key is the marker, and S3 does not repeat it.
      NextMarker: input.Delimiter && page.next !== undefined ? encode(page.next) : undefined,
      Contents: page.items.map(item => ({ ...entryOf(item, encode), Owner: ownerOf(call) })),
      CommonPrefixes: page.prefixes.map(Prefix => ({ Prefix: encode(Prefix) })),
    }
  },

  ListObjectsV2: (input, call) => {
    const bucket = bucketAt(input, call)
    const encode = encoder(input.EncodingType)
    const max = limit(input.MaxKeys, 'max-keys')
    const after = input.ContinuationToken === undefined ? input.StartAfter : markerOf(input.ContinuationToken)
    const page = livePage(call, bucket, input, after ?? '', max)
    const owner = input.FetchOwner === true ? { Owner: ownerOf(call) } : {}
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: input.Delimiter && encode(input.Delimiter),
      StartAfter: input.StartAfter && encode(input.StartAfter),
      MaxKeys: max,
      EncodingType: input.EncodingType,
      KeyCount: page.items.length + page.prefixes.length,
      IsTruncated: page.next !== undefined,
      ContinuationToken: input.ContinuationToken,
      NextContinuationToken: page.next && tokenOf(page.next),
      Contents: page.items.map(item => ({ ...entryOf(item, encode), ...owner })),
      CommonPrefixes: page.prefixes.map(Prefix => ({ Prefix: encode(Prefix) })),
    }
  },
} satisfies Service<typeof S3>

/** The current objects after `marker`; `next` is the marker of the page that follows. */
const livePage = (
  call: Call,
  bucket: Bucket,
  { Prefix = '', Delimiter = '' }: { Prefix?: string | undefined; Delimiter?: string | undefined },
  marker: string,
  max: number,
) => {
  const live = objects(call, bucket)
    .entries()
    .flatMap(([key, [version]]): [string, Live][] => {
      if (!version?.content || byUtf8(key, marker) <= 0) return []
      return [[key, { key, version: { ...version, content: version.content } }]]
    })
  const { next, ...page } = pageOf(sorted(live), {
    prefix: Prefix,
    delimiter: Delimiter,
    max,
    afterPrefix: marker,
  })
  return { ...page, next: next ? ('prefix' in next ? next.prefix : next.item.key) : undefined }
}

const tokenOf = (marker: string): string => Buffer.from(marker).toString('base64')

const markerOf = (token: string): string => {
  const marker = Buffer.from(token, 'base64').toString()
  if (tokenOf(marker) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  return marker
}
