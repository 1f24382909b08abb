import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import { type Headers, isAwsError } from '../aws/awsError.ts'
import type { BucketDoor, Precondition } from '../aws/s3.ts'
import type { Base } from './base.ts'
import { copyDatabase, quickCheck, SIDE_FILES } from './copyDatabase.ts'
import { asideFolder, decideCopy, decideRefusal, decideUpload } from './decide.ts'
import { digestFile } from './digests.ts'
import { type Log, told } from './log.ts'
import type { Settings } from './settings.ts'
import { agentFolder, bytesOf } from './volume.ts'

export interface SaveDoors {
  readonly bucket: BucketDoor
  readonly log: Log
  readonly now: () => Date
  /** Ends all waiting for S3. */
  readonly deadline: AbortSignal
}

/** What became of the database. What the next task begins with is `published`, or the version that is `unchanged`. */
export type Saved =
  | { readonly outcome: 'nothing' | 'unchanged' }
  | { readonly outcome: 'published'; readonly versionId: string | null }
  | { readonly outcome: 'conflict' | 'broken'; readonly key: string }

/**
 * Uploads the database as of its last commit if it differs from the version the task began with. It never replaces any
 * other version: then it goes to a folder of its own, as does a broken one, and that of a task that is not the current one
 * any more (`mayPublish` false). Throws an Error when it could not be stored.
 */
export const save = async (
  settings: Settings,
  base: Base,
  doors: SaveDoors,
  mayPublish: boolean,
): Promise<Saved> => {
  const { databasePath, bucket, key } = settings
  const act = decideCopy(base, await bytesOf(databasePath))
  if (act === 'nothing') return { outcome: 'nothing' }
  if (act === 'vanished')
    throw new Error(`${databasePath} is gone or empty; s3://${bucket}/${key} is left as it is`)

  const copy = join(agentFolder(databasePath), 'save.sqlite3')
  const fault = await copyFault(databasePath, copy)
  if (fault !== null) {
    doors.log('error', 'database-broken', { fault })
    return quarantine(settings, base, doors)
  }
  const digest = await digestFile(copy, base.kind === 'version' ? base.counters : null)
  const upload = decideUpload(base, digest.sha256WithCounters)
  if (upload === 'unchanged') return { outcome: 'unchanged' }
  const file = { path: copy, ...digest }
  return mayPublish
    ? publish(settings, base, file, upload, doors)
    : { outcome: 'conflict', key: await setAside(settings, base, file, doors) }
}

const copyFault = async (from: string, to: string): Promise<string | null> => {
  try {
    await copyDatabase(from, to)
  } catch (error) {
    return told(error)
  }
  return quickCheck(to)
}

interface File {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

const publish = async (
  settings: Settings,
  base: Base,
  file: File,
  precondition: Precondition,
  doors: SaveDoors,
): Promise<Saved> => {
  const { key } = settings
  const metadata = metadataOf(settings, base, file, 'stop')
  try {
    const headers = await doors.bucket.putFile(
      key,
      { ...file, ...KIND, metadata, precondition },
      doors.deadline,
    )
    return { outcome: 'published', versionId: versionOf(headers) }
  } catch (error) {
    // If-Match on a key that has been deleted is answered as if it had never been there.
    if (!isAwsError(error, 'PreconditionFailed', 'NoSuchKey')) throw error
    const there = await current(key, doors)
    const verdict = decideRefusal(
      metadata['sa-writer'],
      there === null ? null : metadatum(there, 'sa-writer'),
    )
    if (verdict === 'published') return { outcome: 'published', versionId: there && versionOf(there) }
    return { outcome: 'conflict', key: await setAside(settings, base, file, doors) }
  }
}

/** Stores it where it replaces nothing; answers its key. */
const setAside = async (settings: Settings, base: Base, file: File, doors: SaveDoors): Promise<string> => {
  const folder = asideFolder('conflicts', doors.now(), settings.generation)
  const aside = `${folder}/${basename(settings.key)}`
  await putAside(aside, file, metadataOf(settings, base, file, 'conflict'), doors)
  return aside
}

/** All that is left of a broken database, as it lies there: people can often save more of it than a copy holds. */
const quarantine = async (settings: Settings, base: Base, doors: SaveDoors): Promise<Saved> => {
  const folder = asideFolder('quarantine', doors.now(), settings.generation)
  const name = basename(settings.key)
  for (const suffix of ['', ...SIDE_FILES]) {
    const path = settings.databasePath + suffix
    if ((await bytesOf(path)) === null) continue
    const file = { path, ...(await digestFile(path, null)) }
    await putAside(`${folder}/${name}${suffix}`, file, metadataOf(settings, base, file, 'broken'), doors)
  }
  return { outcome: 'broken', key: `${folder}/${name}` }
}

const putAside = (key: string, file: File, metadata: Record<string, string>, doors: SaveDoors) =>
  doors.bucket
    .putFile(key, { ...file, ...KIND, metadata, precondition: 'absent' }, doors.deadline)
    .catch(error => {
      // The name tells the second and the task: what stands there is this file, sent by an attempt whose answer got lost.
      if (!isAwsError(error, 'PreconditionFailed')) throw error
    })

const current = (key: string, { bucket, deadline }: SaveDoors): Promise<Headers | null> =>
  bucket.head(key, deadline).catch(error => {
    if (isAwsError(error, 'NotFound')) return null
    throw error
  })

const KIND = { contentType: 'application/vnd.sqlite3' }

/** What a reader of the object can tell it by. `sa-writer` is different for every upload. */
const metadataOf = (settings: Settings, base: Base, { sha256 }: File, reason: string) => ({
  'sa-writer': randomUUID(),
  'sa-generation': settings.generation,
  'sa-parent': base.kind === 'version' ? (base.versionId ?? base.etag) : 'none',
  'sa-reason': reason,
  'sa-sha256': sha256,
})

const metadatum = (headers: Headers, name: string): string | null => {
  const value = headers[`x-amz-meta-${name}`]
  return typeof value === 'string' ? value : null
}

const versionOf = (headers: Headers): string | null => {
  const id = headers['x-amz-version-id']
  return typeof id === 'string' ? id : null
}
