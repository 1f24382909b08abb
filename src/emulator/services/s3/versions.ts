import { randomBytes } from 'node:crypto'
import { AwsError, type Call } from '../../service.ts'
import { dropBlobs } from './blobs.ts'
import { checkWrite, type WriteConditions } from './conditions.ts'
import { invalidArgument, noSuchKey, noSuchVersion } from './errors.ts'
import {
  type Bucket,
  bucketNamed,
  type Content,
  objects,
  type Part,
  type Version,
  wholeSecond,
} from './state.ts'

const VERSION_ID = /^([A-Za-z0-9._-]{32}|null)$/

const freshId = (bucket: Bucket): string =>
  bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null'

/**
 * Puts a version on top; `content` null puts a delete marker. What it displaces (the `null` version, where versioning
 * does not keep it) goes away with its bytes. Conditions are checked and the row written without a pause between.
 * Throws NoSuchBucket.
 */
export const putVersion = async (
  call: Call,
  bucket: Bucket,
  key: string,
  content: Content | null,
  conditions: WriteConditions,
): Promise<Version> => {
  // While the bytes came in the bucket may have gone, or got its versioning.
  const now = bucketNamed(bucket.name, call)
  const table = objects(call, now)
  const held = table.get(key) ?? []
  checkWrite(conditions, held[0], key)
  const version: Version = { id: freshId(now), at: wholeSecond(call.now), content }
  const displaced = held.filter(({ id }) => id === version.id)
  table.set(key, [version, ...held.filter(({ id }) => id !== version.id)])
  await dropBlobs(call, displaced.flatMap(blobsOf))
  return version
}

/** Removes one version for good. Undefined: there was none of that id. */
export const removeVersion = async (
  call: Call,
  bucket: Bucket,
  key: string,
  versionId: string,
): Promise<Version | undefined> => {
  const table = objects(call, bucket)
  const held = table.get(key) ?? []
  const gone = held.find(({ id }) => id === versionId)
  if (!gone) return undefined
  const left = held.filter(version => version !== gone)
  if (left.length > 0) table.set(key, left)
  else table.delete(key)
  await dropBlobs(call, blobsOf(gone))
  return gone
}

const blobsOf = (version: Version): Part[] => version.content?.parts ?? []

/** Throws InvalidArgument for what never was a version id. */
export const checkVersionId = (versionId: string): void => {
  if (!VERSION_ID.test(versionId))
    throw invalidArgument('Invalid version id specified', 'versionId', versionId)
}

/**
 * The version a reader means, the newest when it names none.
 * Throws NoSuchKey, NoSuchVersion, InvalidArgument, and MethodNotAllowed for a delete marker asked for by id.
 */
export const pick = (
  call: Call,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): Version & { content: Content } => {
  const held = objects(call, bucket).get(key) ?? []
  if (versionId !== undefined) checkVersionId(versionId)
  const version = versionId === undefined ? held[0] : held.find(({ id }) => id === versionId)
  if (!version) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId)
  const { content } = version
  if (content) return { ...version, content }
  if (versionId === undefined) throw noSuchKey(key)
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    fields: { Method: 'GET', ResourceType: 'DeleteMarker' },
  })
}

/** What a response says of versions: nothing while the bucket never knew them. */
export const shownId = (bucket: Bucket, version: Version): string | undefined =>
  bucket.versioning === null ? undefined : version.id

/** After a write, S3 names the version only where versioning is on. */
export const writtenId = (bucket: Bucket, version: Version): string | undefined =>
  bucket.versioning === 'Enabled' ? version.id : undefined

export const checkKey = (key: string | undefined): string => {
  const name = key ?? ''
  if (Buffer.byteLength(name) > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long', {
      status: 400,
      fields: { MaxSizeAllowed: 1024, Size: Buffer.byteLength(name) },
    })
  return name
}
