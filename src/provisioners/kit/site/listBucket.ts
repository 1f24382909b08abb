import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { Listed } from '../../../artifacts/site/planSync.ts'
import type { Aws } from '../../../resource.ts'
import { listedKey } from '../listedKey.ts'

const PAGE = 1000

/** S3's order of keys: that of their UTF-8 bytes. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/**
 * Every object of a bucket by key. `expected`: keys that are probably there; with more than a page of them the
 * pages are fetched at once instead of one after another.
 */
export const listBucket = async (
  aws: Aws,
  bucket: string,
  expected: Iterable<string> = [],
): Promise<Map<string, Listed>> => {
  const sorted = [...expected].sort(byBytes)
  // A little less than a page apart, so that a few unexpected ones do not cost a second page.
  const bounds = sorted.filter((_, at) => at > 0 && at % (PAGE * 0.9) === 0)
  const ranges = ['', ...bounds].map((after, at) => ({ after, until: bounds[at] ?? null }))
  const found = await Promise.all(ranges.map(range => listRange(aws, bucket, range)))
  return new Map(found.flat())
}

/** The objects behind `after`, up to and with `until`. */
const listRange = async (
  aws: Aws,
  Bucket: string,
  { after, until }: { after: string; until: string | null },
): Promise<[string, Listed][]> => {
  const found: [string, Listed][] = []
  let from: { StartAfter?: string; ContinuationToken?: string } = after === '' ? {} : { StartAfter: after }
  for (;;) {
    const page = await aws
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket, EncodingType: 'url', ...from }))
    for (const { Key = '', ETag = '', Size = 0, LastModified } of page.Contents ?? []) {
      const key = listedKey(page.EncodingType, Key)
      if (until !== null && byBytes(key, until) > 0) return found
      const modified = LastModified?.toISOString() ?? ''
      found.push([key, { etag: ETag.replaceAll('"', ''), size: Size, modified }])
    }
    if (page.IsTruncated !== true || page.NextContinuationToken === undefined) return found
    from = { ContinuationToken: page.NextContinuationToken }
  }
}
