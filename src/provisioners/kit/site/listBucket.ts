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
  bucket: string,
  { after, until }: { after: string; until: string | null },
): Promise<[string, Listed][]> => {
  const found: [string, Listed][] = []
  let from: Record<string, string> = after === '' ? {} : { 'start-after': after }
  for (;;) {
    const { body } = await aws.s3({
      operation: 'ListObjectsV2',
      method: 'GET',
      bucket,
      key: '',
      query: { 'list-type': '2', 'encoding-type': 'url', ...from },
      headers: {},
      body: null,
      signal: NEVER,
    })
    const page = body.toString('utf8')
    for (const [, content = ''] of page.matchAll(CONTENTS)) {
      const key = listedKey('url', element(content, 'Key'))
      if (until !== null && byBytes(key, until) > 0) return found
      const etag = element(content, 'ETag').replaceAll('&quot;', '').replaceAll('"', '')
      const modified = element(content, 'LastModified')
      found.push([key, { etag, size: Number(element(content, 'Size')), modified }])
    }
    const next = element(page, 'NextContinuationToken')
    if (next === '') return found
    from = { 'continuation-token': next.replaceAll('&amp;', '&') }
  }
}

/** S3 nests nothing of what is read here; the SDK's parser takes longer over a page than S3 does. */
const CONTENTS = /<Contents>(.*?)<\/Contents>/gs
const NEVER = new AbortController().signal

const element = (xml: string, name: string): string => {
  const start = xml.indexOf(`<${name}>`)
  return start < 0 ? '' : xml.slice(start + name.length + 2, xml.indexOf(`</${name}>`, start))
}
