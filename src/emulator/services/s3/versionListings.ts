import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { invalidArgument } from './errors.ts'
import { encoder, entryOf, limit, sorted } from './listed.ts'
import { byUtf8, pageOf } from './page.ts'
import { type Bucket, bucketAt, objects, ownerOf, type Version } from './state.ts'

export const versionListingOperations = {
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
