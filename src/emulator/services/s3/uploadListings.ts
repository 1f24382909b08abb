import type * as S3 from '@aws-sdk/client-s3'
import type { Service } from '../../service.ts'
import { encoder, limit } from './listed.ts'
import { uploadAt } from './multipart.ts'
import { byUtf8, pageOf } from './page.ts'
import { checksumFields } from './receive.ts'
import { bucketAt, ownerOf, partsOf, type Upload, uploads } from './state.ts'

/** ListMultipartUploads and ListParts. */
export const uploadListingOperations = {
  ListMultipartUploads: (input, call) => {
    const bucket = bucketAt(input, call)
    const { KeyMarker = '', UploadIdMarker = '', Prefix = '', Delimiter = '' } = input
    const encode = encoder(input.EncodingType)
    const max = limit(input.MaxUploads, 'max-uploads')
    const all = uploads(call, bucket).values().sort(byKeyThenAge)
    const marked = all.findIndex(({ key, id }) => key === KeyMarker && id === UploadIdMarker)
    const after = all.filter(({ key }, index) => {
      const order = byUtf8(key, KeyMarker)
      return order > 0 || (order === 0 && marked >= 0 && index > marked)
    })
    const page = pageOf(
      after.map(upload => [upload.key, upload] as const),
      { prefix: Prefix, delimiter: Delimiter, max, afterPrefix: KeyMarker },
    )
    const { next } = page
    return {
      Bucket: bucket.name,
      KeyMarker: encode(KeyMarker),
      UploadIdMarker,
      Prefix: encode(Prefix),
      Delimiter: Delimiter === '' ? undefined : encode(Delimiter),
      MaxUploads: max,
      EncodingType: input.EncodingType,
      IsTruncated: next !== null,
      NextKeyMarker: next ? encode('prefix' in next ? next.prefix : next.item.key) : undefined,
      NextUploadIdMarker: next && 'item' in next ? next.item.id : undefined,
      Uploads: page.items.map(upload => ({
        ...factsOf(upload),
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiated: new Date(upload.at),
        Owner: ownerOf(call),
        Initiator: ownerOf(call),
      })),
      CommonPrefixes: page.prefixes.map(prefix => ({ Prefix: encode(prefix) })),
    }
  },

  ListParts: (input, call) => {
    const { bucket, upload } = uploadAt(input, call)
    const marker = Number(input.PartNumberMarker ?? 0)
    const max = limit(input.MaxParts, 'max-parts')
    const after = partsOf(call, bucket, upload.id)
      .values()
      .filter(({ number }) => number > marker)
      .sort((a, b) => a.number - b.number)
    const shown = after.slice(0, max)
    return {
      ...factsOf(upload),
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(shown.at(-1)?.number ?? 0),
      MaxParts: max,
      IsTruncated: after.length > shown.length && max > 0,
      Parts: shown.map(part => ({
        PartNumber: part.number,
        LastModified: new Date(part.at),
        ETag: `"${part.md5}"`,
        Size: part.size,
        ...(upload.strict ? checksumFields(upload.algorithm, part.checksum) : {}),
      })),
      Owner: ownerOf(call),
      Initiator: ownerOf(call),
    }
  },
} satisfies Service<typeof S3>

const byKeyThenAge = (a: Upload, b: Upload): number =>
  byUtf8(a.key, b.key) || a.at - b.at || byUtf8(a.id, b.id)

const factsOf = (upload: Upload) => ({
  StorageClass: upload.storageClass as S3.StorageClass,
  ...(upload.strict ? { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType } : {}),
})
