import { AwsError } from '../../service.ts'
import { noSuchKey, notImplemented, preconditionFailed } from './errors.ts'
import type { Version } from './state.ts'

export interface WriteConditions {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
}

export interface ReadConditions {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  IfModifiedSince?: Date | undefined
  IfUnmodifiedSince?: Date | undefined
}

const bare = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '')

const matches = (condition: string, etag: string): boolean =>
  condition.split(',').some(one => bare(one) === '*' || bare(one) === bare(etag))

/** "Conditional writes": If-None-Match knows only `*`; If-Match on nothing is NoSuchKey. A delete marker is nothing. */
export const checkWrite = (
  { IfMatch, IfNoneMatch }: WriteConditions,
  current: Version | undefined,
  key: string,
): void => {
  const content = current?.content
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw notImplemented('If-None-Match with an ETag')
    if (content) throw preconditionFailed('If-None-Match')
  }
  if (IfMatch !== undefined) {
    if (!content) throw noSuchKey(key)
    if (!matches(IfMatch, content.etag)) throw preconditionFailed('If-Match')
  }
}

/** RFC 9110's order: a true If-Match outweighs If-Unmodified-Since, If-None-Match outweighs If-Modified-Since. */
export const checkRead = (conditions: ReadConditions, etag: string, at: number): void => {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, etag)) throw preconditionFailed('If-Match')
  } else if (IfUnmodifiedSince && at > IfUnmodifiedSince.getTime())
    throw preconditionFailed('If-Unmodified-Since')
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, etag)) throw notModified()
  } else if (IfModifiedSince && at <= IfModifiedSince.getTime()) throw notModified()
}

/** A copy answers 412 where a read answers 304. */
export const checkCopy = (conditions: ReadConditions, etag: string, at: number): void => {
  try {
    checkRead(conditions, etag, at)
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotModified')
      throw preconditionFailed('x-amz-copy-source-If-None-Match')
    throw error
  }
}

const notModified = (): AwsError => new AwsError('NotModified', 'Not Modified', { status: 304 })
