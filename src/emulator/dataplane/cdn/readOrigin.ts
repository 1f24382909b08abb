import type { Readable } from 'node:stream'
import type { Origin } from '@aws-sdk/client-cloudfront'
import { AwsError, type Call } from '../../service.ts'
import { objectOperations } from '../../services/s3/objects.ts'
import { bucketArn, buckets } from '../../services/s3/state.ts'
import { type EdgeAnswer, errorXml } from './edgeAnswer.ts'
import { mayRead } from './mayRead.ts'

const accessDenied = (): EdgeAnswer => errorXml(403, 'AccessDenied', 'Access Denied')

const bucketIn = (domain: string): string | undefined =>
  /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(domain)?.[1]

const HEADERS = {
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentType: 'content-type',
  ETag: 'etag',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  VersionId: 'x-amz-version-id',
} as const

const headersOf = (facts: ReturnType<typeof objectOperations.HeadObject>): Record<string, string> => {
  const told = Object.entries(HEADERS).flatMap(([member, header]) => {
    const value: unknown = Reflect.get(facts, member)
    return typeof value === 'string' ? [[header, value]] : []
  })
  return {
    'accept-ranges': 'bytes',
    server: 'AmazonS3',
    ...Object.fromEntries(told),
    ...(facts.Expires && { expires: facts.Expires.toUTCString() }),
    'last-modified': facts.LastModified.toUTCString(),
    ...Object.fromEntries(
      Object.entries(facts.Metadata).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]),
    ),
  }
}

interface Reading {
  /** Still percent-encoded. */
  readonly uri: string
  /** What the edge has already: unchanged, it is answered 304 without a body. */
  readonly etag: string | null
  /** ARN of the distribution that reads. */
  readonly distribution: string
}

/**
 * An object of an S3 origin as the distribution gets it: only what the bucket's policy lets it read. Without the right
 * to list, S3 answers 403 for what is not there.
 */
export const readOrigin = (
  origin: Origin | undefined,
  { uri, etag, distribution }: Reading,
  callOf: (service: string, region: string) => Call,
): EdgeAnswer => {
  const name = bucketIn(origin?.DomainName ?? '')
  if (origin === undefined || name === undefined)
    return errorXml(502, 'BadGateway', 'The embedded AWS has distributions of S3 buckets only')
  const bucket = buckets(callOf('s3', 'us-east-1')).get(name)
  if (!bucket) return errorXml(404, 'NoSuchBucket', 'The specified bucket does not exist')
  const call = callOf('s3', bucket.region)
  let Key: string
  try {
    // S3 takes a plus sign in a path for a space.
    Key = decodeURIComponent(`${origin.OriginPath ?? ''}${uri}`.replaceAll('+', ' ')).slice(1)
  } catch {
    return errorXml(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
  const who = { distribution, account: call.account }
  const signs = Boolean(origin.OriginAccessControlId)
  const resource = `${bucketArn(bucket)}/${Key}`
  if (!signs || !mayRead(bucket.policy, { ...who, action: 's3:GetObject', resource })) return accessDenied()
  try {
    const facts = objectOperations.HeadObject({ Bucket: name, Key }, call)
    const headers = headersOf(facts)
    if (etag === facts.ETag) return { status: 304, headers, body: Buffer.alloc(0) }
    return {
      status: 200,
      headers,
      body: {
        size: facts.ContentLength,
        // Of the same object as the headers: one put meanwhile fails the read, and so breaks the connection.
        open: async span => {
          const Range = span ? `bytes=${span.first}-${span.last}` : undefined
          const read = await objectOperations.GetObject(
            { Bucket: name, Key, Range, IfMatch: facts.ETag },
            call,
          )
          return read.Body as unknown as Readable
        },
      },
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const lists = mayRead(bucket.policy, { ...who, action: 's3:ListBucket', resource: bucketArn(bucket) })
    if (error.status === 404 && !lists) return accessDenied()
    return errorXml(error.status ?? 500, error.code, error.message)
  }
}
