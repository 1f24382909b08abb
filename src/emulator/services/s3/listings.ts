import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { invalidArgument } from './errors.ts'
import { byUtf8, pageOf } from './page.ts'
import { type Bucket, bucketAt, type Content, objects, ownerOf, type Version } from './state.ts'

const MOST = 1000

/** ListObjects, ListObjectsV2, ListObjectVersions. */
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

  ListObjectVersions: (input, call) => {
    const bucket = bucketAt(input, call)
    const { KeyMarker, VersionIdMarker, Prefix = '', Delimiter = '' } = input
    if (VersionIdMarker && !KeyMarker)
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        VersionIdMarker,
      )
    const encode = encoder(input.EncodingType)
    const max = limit(input.MaxKeys, 'max-keys')
    const page = pageOf(versionsAfter(call, bucket, KeyMarker ?? '', VersionIdMarker), {
      prefix: Prefix,
      delimiter: Delimiter,
      max,
      afterPrefix: KeyMarker ?? '',
    })
    const { next } = page
    return {
      Name: bucket.name,
      Prefix: encode(Prefix),
      Delimiter: Delimiter === '' ? undefined : encode(Delimiter),
      KeyMarker: encode(KeyMarker ?? ''),
      VersionIdMarker: VersionIdMarker ?? '',
      MaxKeys: max,
      EncodingType: input.EncodingType,
      IsTruncated: next !== null,
      NextKeyMarker: next ? encode('prefix' in next ? next.prefix : next.item.key) : undefined,
      NextVersionIdMarker: next && 'item' in next ? next.item.version.id : undefined,
      Versions: page.items.flatMap(({ key, version: { content, ...version }, latest }) =>
        content
          ? [
              {
                ...entryOf({ key, version: { ...version, content } }, encode),
                StorageClass: content.storageClass as S3.ObjectVersionStorageClass,
                VersionId: version.id,
                IsLatest: latest,
                Owner: ownerOf(call),
              },
            ]
          : [],
      ),
      DeleteMarkers: page.items.flatMap(({ key, version, latest }) =>
        version.content
          ? []
          : [
              {
                Key: encode(key),
                VersionId: version.id,
                IsLatest: latest,
                LastModified: new Date(version.at),
                Owner: ownerOf(call),
              },
            ],
      ),
      CommonPrefixes: page.prefixes.map(prefix => ({ Prefix: encode(prefix) })),
    }
  },
} satisfies Service<typeof S3>

interface Live {
  key: string
  version: Version & { content: Content }
}

const sorted = <T>(entries: [string, T][]): [string, T][] => entries.sort(([a], [b]) => byUtf8(a, b))

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

interface Listed {
  key: string
  version: Version
  latest: boolean
}

/** Every version of every key, newest first within a key, after the pair of markers. */
function* versionsAfter(
  call: Call,
  bucket: Bucket,
  keyMarker: string,
  versionMarker: string | undefined,
): Iterable<[string, Listed]> {
  for (const [key, versions] of sorted(objects(call, bucket).entries())) {
    const order = byUtf8(key, keyMarker)
    if (order < 0 || (order === 0 && !versionMarker)) continue
    const start = order === 0 ? versions.findIndex(({ id }) => id === versionMarker) + 1 : 0
    for (const [index, version] of versions.entries())
      if (index >= start) yield [key, { key, version, latest: index === 0 }]
  }
}

const entryOf = ({ key, version: { at, content } }: Live, encode: (key: string) => string) => ({
  Key: encode(key),
  LastModified: new Date(at),
  ETag: content.etag,
  Size: content.size,
  StorageClass: content.storageClass as S3.ObjectStorageClass,
  ChecksumAlgorithm: [content.checksum.algorithm],
  ChecksumType: content.checksum.type,
})

/** `encoding-type=url`: everything XML 1.0 cannot hold arrives percent-encoded, a space as `+`. */
export const encoder = (type: string | undefined): ((text: string) => string) => {
  if (type === undefined) return text => text
  if (type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type)
  return text =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** At most 1000 whatever is asked. Throws InvalidArgument below zero. */
export const limit = (asked: number | undefined, name: string): number => {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 0))
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', name, asked)
  return Math.min(asked ?? MOST, MOST)
}

const tokenOf = (marker: string): string => Buffer.from(marker).toString('base64')

const markerOf = (token: string): string => {
  const marker = Buffer.from(token, 'base64').toString()
  if (tokenOf(marker) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  return marker
}
