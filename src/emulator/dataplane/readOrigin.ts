import type { Readable } from 'node:stream'
import type { Origin } from '@aws-sdk/client-cloudfront'
import { AwsError, type Call } from '../service.ts'
import { objectOperations } from '../services/s3/objects.ts'
import { bucketArn, buckets } from '../services/s3/state.ts'
import type { WireResponse } from '../wire/protocol.ts'
import { mayRead } from './mayRead.ts'

/** What a viewer asks of an object beside its key. */
export interface Asked {
  readonly ifNoneMatch: string | undefined
  readonly range: string | undefined
}

export const errorXml = (status: number, code: string, message: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})

const accessDenied = (): WireResponse => errorXml(403, 'AccessDenied', 'Access Denied')

const bucketIn = (domain: string): string | undefined =>
  /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(domain)?.[1]

const HEADERS = {
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentType: 'content-type',
  ContentRange: 'content-range',
  ETag: 'etag',
} as const

const matches = (condition: string, etag: string): boolean =>
  condition.split(',').some(one => ['*', etag].includes(one.trim().replace(/^W\//, '')))

/**
 * An object of an S3 origin as the distribution gets it: only what the bucket's policy lets it read. Without the right
 * to list, S3 answers 403 for what is not there.
 */
export const readOrigin = async (
  origin: Origin | undefined,
  uri: string,
  asked: Asked,
  distribution: string,
  callOf: (service: string, region: string) => Call,
): Promise<WireResponse> => {
  const name = bucketIn(origin?.DomainName ?? '')
  if (origin === undefined || name === undefined)
    return errorXml(502, 'BadGateway', 'The embedded AWS has distributions of S3 buckets only')
  const bucket = buckets(callOf('s3', 'us-east-1')).get(name)
  if (!bucket) return errorXml(404, 'NoSuchBucket', 'The specified bucket does not exist')
  const call = callOf('s3', bucket.region)
  const Key = decodeURIComponent(`${origin.OriginPath ?? ''}${uri}`).slice(1)
  const who = { distribution, account: call.account }
  const signs = Boolean(origin.OriginAccessControlId)
  const resource = `${bucketArn(bucket)}/${Key}`
  if (!signs || !mayRead(bucket.policy, { ...who, action: 's3:GetObject', resource })) return accessDenied()
  try {
    const input = { Bucket: name, Key, Range: asked.range }
    const facts = objectOperations.HeadObject(input, call)
    const headers: Record<string, string> = { 'accept-ranges': 'bytes' }
    for (const [member, header] of Object.entries(HEADERS)) {
      const value: unknown = Reflect.get(facts, member)
      if (typeof value === 'string') headers[header] = value
    }
    headers['last-modified'] = facts.LastModified.toUTCString()
    if (asked.ifNoneMatch !== undefined && matches(asked.ifNoneMatch, facts.ETag))
      return { status: 304, headers, body: null }
    headers['content-length'] = String(facts.ContentLength)
    const { Body } = await objectOperations.GetObject(input, call)
    return { status: facts.ContentRange ? 206 : 200, headers, body: Body as unknown as Readable }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const lists = mayRead(bucket.policy, { ...who, action: 's3:ListBucket', resource: bucketArn(bucket) })
    if (error.status === 404 && !lists) return accessDenied()
    return errorXml(error.status ?? 500, error.code, error.message)
  }
}
