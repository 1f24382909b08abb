import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CopyObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { isAwsError } from '../../awsError.ts'
import { UserError } from '../../errors.ts'
import type { Aws } from '../../resource.ts'
import type { Backend, Doors } from '../backend.ts'
import { checkDatabase } from './checkDatabase.ts'
import { downloadVersion } from './downloadVersion.ts'
import { ORIGIN_METADATA, type Version, type Versions } from './version.ts'

/** A server-side copy of one call goes no further ("CopyObject" in the S3 API reference). */
const LARGEST_BYTES = 5 * 1024 ** 3

/** Different for every upload: whose a version is, when the answer to its upload got lost. */
const WRITER = 'sa-writer'

/** Throws UserError when the version is no sound database; downloads it for that, and leaves nothing behind. */
export const proveVersion = async (doors: Doors, backend: Backend, version: Version): Promise<string> => {
  const { report, clock } = doors
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-check-'))
  const path = join(folder, 'db.sqlite3')
  const timed = async <T>(verb: 'fetch' | 'check', work: () => Promise<T>): Promise<T> => {
    const startedMs = clock.nowMs()
    report({ type: 'started', id: 'database', verb, usuallySeconds: 2 })
    const result = await work()
    report({ type: 'done', id: 'database', verb, durationMs: clock.nowMs() - startedMs })
    return result
  }
  try {
    const { sha256 } = await timed('fetch', () => downloadVersion(doors, backend.database, version, path))
    const fault = await timed('check', () => checkDatabase(path))
    if (fault !== null)
      throw new UserError(
        `Version ${version.id} is no sound database: ${fault}`,
        'Nothing was changed. Choose another version: storyarch db versions',
      )
    return sha256
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Makes a version the current one again, as a new version copied within S3, and answers the new one's id. It replaces
 * only the version that `versions` calls current: throws UserError when somebody stored another one meanwhile.
 */
export const restoreVersion = async (
  doors: Doors,
  { database: { bucket, key } }: Backend,
  {
    versions,
    version,
    sha256,
  }: { readonly versions: Versions; readonly version: Version; readonly sha256: string },
): Promise<string> => {
  if (version.bytes > LARGEST_BYTES)
    throw new UserError(
      `Version ${version.id} is larger than the 5 GiB that S3 copies in one call.`,
      `Download that version and store it anew: aws s3 cp FILE s3://${bucket}/${key}`,
    )
  const s3 = doors.aws.client(S3Client)
  const { current } = versions
  const source = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?versionId=${version.id}`
  const writer = randomUUID()
  const startedMs = doors.clock.nowMs()
  doors.report({ type: 'started', id: 'database', verb: 'restore', usuallySeconds: 2 })
  const id = await s3
    .send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: source,
        CopySourceIfMatch: version.etag,
        ...(current === null ? { IfNoneMatch: '*' } : { IfMatch: current.etag }),
        MetadataDirective: 'REPLACE',
        ContentType: 'application/vnd.sqlite3',
        Metadata: {
          [WRITER]: writer,
          [ORIGIN_METADATA.reason]: 'restore',
          [ORIGIN_METADATA.parent]: version.id,
          [ORIGIN_METADATA.sha256]: sha256,
        },
      }),
    )
    .then(({ VersionId = 'null' }) => VersionId)
    .catch(async error => {
      if (!isAwsError(error, 'PreconditionFailed', 'NoSuchKey')) throw error
      const ours = await writtenBy(doors.aws, bucket, key, writer)
      if (ours !== null) return ours
      throw new UserError(
        'Somebody stored another version of the database meanwhile; nothing was changed.',
        'Look at it (storyarch db versions), then run the same command again.',
        { cause: error },
      )
    })
  const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: id }))
  if (ContentLength !== version.bytes)
    throw new Error(`the copy ${id} of version ${version.id} has ${ContentLength} of ${version.bytes} bytes`)
  doors.report({ type: 'done', id: 'database', verb: 'restore', durationMs: doors.clock.nowMs() - startedMs })
  return id
}

/** The id of the current version if `writer` stored it: a copy whose answer got lost is refused when it is sent again. */
const writtenBy = async (aws: Aws, bucket: string, key: string, writer: string): Promise<string | null> => {
  try {
    const { Metadata, VersionId = 'null' } = await aws
      .client(S3Client)
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    return Metadata?.[WRITER] === writer ? VersionId : null
  } catch (error) {
    if (isAwsError(error, 'NotFound', 'NoSuchKey')) return null
    throw error
  }
}
