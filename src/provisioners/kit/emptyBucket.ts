import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3'
import { NotYet } from '../../errors.ts'
import { eachOf } from './eachOf.ts'
import { listedKey } from './listedKey.ts'

const WORKERS = 8

/** What XML 1.0 cannot carry, so that DeleteObjects cannot name it. */
const BEYOND_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/**
 * Deletes every object version, delete marker and unfinished upload of a bucket, a page of a thousand at a time and
 * without holding more than a few pages. Throws when S3 refuses any of them, NotYet when it only fails to.
 */
export const emptyBucket = async (s3: S3Client, Bucket: string): Promise<void> => {
  await eachOf(versions(s3, Bucket), WORKERS, page => deletePage(s3, Bucket, page))
  await eachOf(uploads(s3, Bucket), WORKERS, ({ Key, UploadId }) =>
    s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  )
}

const decoder =
  (encoding: string | undefined) =>
  (key: string | undefined): string | undefined =>
    key === undefined ? undefined : listedKey(encoding, key)

async function* versions(s3: S3Client, Bucket: string): AsyncGenerator<ObjectIdentifier[]> {
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url', ...from }))
    const decode = decoder(page.EncodingType)
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
    if (found.length > 0) yield found.map(({ Key, VersionId }) => ({ Key: decode(Key), VersionId }))
    if (page.IsTruncated !== true) return
    from = { KeyMarker: decode(page.NextKeyMarker), VersionIdMarker: page.NextVersionIdMarker }
  }
}

async function* uploads(
  s3: S3Client,
  Bucket: string,
): AsyncGenerator<{ Key: string | undefined; UploadId: string | undefined }> {
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, EncodingType: 'url', ...from }))
    const decode = decoder(page.EncodingType)
    for (const { Key, UploadId } of page.Uploads ?? []) yield { Key: decode(Key), UploadId }
    if (page.IsTruncated !== true) return
    from = { KeyMarker: decode(page.NextKeyMarker), UploadIdMarker: page.NextUploadIdMarker }
  }
}

/** What S3 answers to a whole call with a 5xx, and the SDK tries again; inside an answer nobody does. */
const isPassing = ({ Code = '' }: { Code?: string | undefined }): boolean =>
  ['InternalError', 'SlowDown', 'ServiceUnavailable', 'OperationAborted'].includes(Code)

const deletePage = async (s3: S3Client, Bucket: string, page: ObjectIdentifier[]): Promise<void> => {
  const odd = page.filter(({ Key = '' }) => BEYOND_XML.test(Key))
  const Objects = page.filter(({ Key = '' }) => !BEYOND_XML.test(Key))
  for (const { Key, VersionId } of odd) await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
  if (Objects.length === 0) return
  // It answers 200 even when it deleted nothing.
  const { Errors = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
  )
  const [first] = Errors.toSorted((a, b) => Number(isPassing(a)) - Number(isPassing(b)))
  if (first !== undefined && isPassing(first)) throw new NotYet(`S3 is busy: ${first.Code} ${first.Message}`)
  if (first !== undefined)
    throw new Error(
      `S3 refused to delete ${Errors.length} of ${Objects.length} objects of ${Bucket}, such as ${first.Key}: ${first.Code} ${first.Message}`,
    )
}
