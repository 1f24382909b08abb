import { createHash } from 'node:crypto'
import { isAwsError } from '../../../awsError.ts'
import type { Aws, Tags } from '../../../resource.ts'
import { absentIf } from '../absentIf.ts'
import { ARTIFACT } from '../artifactTag.ts'
import { type SiteNote, siteTag } from './siteNote.ts'

const NEVER = new AbortController().signal
/** S3 writes an element that holds nothing as `<Value/>`. */
const TAG = /<Tag>\s*<Key>([^<]*)<\/Key>\s*(?:<Value>([^<]*)<\/Value>|<Value\s*\/>)\s*<\/Tag>/g
const ENTITIES = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
} as const

const unescaped = (xml: string): string =>
  xml.replace(/&(?:amp|lt|gt|quot|apos|#39);/g, entity => ENTITIES[entity as keyof typeof ENTITIES])

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const tagging = (bucket: string) => ({ bucket, key: '', query: { tagging: '' }, signal: NEVER })

/** Undefined when there is no such bucket. */
export const bucketTags = async (aws: Aws, bucket: string): Promise<Tags | undefined> => {
  const asked = {
    ...tagging(bucket),
    operation: 'GetBucketTagging',
    method: 'GET',
    headers: {},
    body: null,
  } as const
  const document = aws.s3(asked).then(
    ({ body }) => body.toString('utf8'),
    error => {
      if (isAwsError(error, 'NoSuchTagSet')) return ''
      throw error
    },
  )
  const found = await absentIf(document, 'NoSuchBucket')
  if (found === undefined) return undefined
  const pairs = [...found.matchAll(TAG)].map(([, key = '', value = '']) => [unescaped(key), unescaped(value)])
  return Object.fromEntries(pairs)
}

/** S3 replaces the whole set, so the others are read just before. */
export const changeBucketTags = async (
  aws: Aws,
  bucket: string,
  change: (tags: Tags) => Tags,
): Promise<void> => {
  const tags = await bucketTags(aws, bucket)
  if (tags === undefined) return
  const set = Object.entries(change(tags)).map(
    ([key, value]) => `<Tag><Key>${escaped(key)}</Key><Value>${escaped(value)}</Value></Tag>`,
  )
  const body = Buffer.from(
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${set.join('')}</TagSet></Tagging>`,
  )
  const headers = {
    'content-type': 'application/xml',
    'content-md5': createHash('md5').update(body).digest('base64'),
  }
  await aws.s3({ ...tagging(bucket), operation: 'PutBucketTagging', method: 'PUT', headers, body })
}

export const writeSiteTag = (aws: Aws, bucket: string, note: SiteNote): Promise<void> =>
  changeBucketTags(aws, bucket, tags => ({ ...tags, [ARTIFACT]: siteTag(note) }))
