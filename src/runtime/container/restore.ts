import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAwsError } from '../aws/awsError.ts'
import type { BucketDoor } from '../aws/s3.ts'
import { type Base, writeBase } from './base.ts'
import { quickCheck, removeDatabase } from './copyDatabase.ts'
import { decideAbsence, decideBoot } from './decide.ts'
import { type Download, download } from './download.ts'
import { type Log, told } from './log.ts'
import type { Settings } from './settings.ts'
import { countersOf, headerFault } from './sqliteHeader.ts'
import { agentFolder, prepareVolume, putInPlace } from './volume.ts'

export interface RestoreDoors {
  readonly bucket: BucketDoor
  readonly log: Log
  /** Ends all waiting for S3. */
  readonly deadline: AbortSignal
}

/** A third damaged download is no accident of the line. */
const DOWNLOADS = 3
const PAUSE_MS = 500

/**
 * Puts the newest version of the database where the app expects it, before the app starts. Resolves when the app may
 * start; throws an Error that says why it must not.
 */
export const restore = async (settings: Settings, doors: RestoreDoors): Promise<void> => {
  const { key, bucket, databasePath } = settings
  const startedMs = performance.now()
  const boot = decideBoot(await prepareVolume(databasePath))
  if (boot === 'refuse')
    throw new Error(`${databasePath} exists and was not restored by this task; it is left as it is`)
  if (boot === 'keep') return doors.log('info', 'kept', { path: databasePath })

  const draft = join(agentFolder(databasePath), 'restore.sqlite3')
  await removeDatabase(draft)
  const found = await fetchWhole(key, draft, doors)
  if (found === null) {
    await startEmpty(settings, doors)
    return
  }
  const downloadedMs = performance.now()
  const fault = headerFault(found.head, found.bytes) ?? quickCheck(draft)
  if (fault !== null)
    throw new Error(
      `The database in s3://${bucket}/${key} is broken: ${fault}. Put an earlier version back: storyarch db versions`,
    )
  const base = baseOf(found)
  await writeBase(agentFolder(databasePath), base)
  await putInPlace(draft, databasePath)
  doors.log('info', 'restored', {
    path: databasePath,
    bytes: found.bytes,
    versionId: base.versionId,
    etag: base.etag,
    verifiedBy: found.verifiedBy,
    downloadMs: Math.round(downloadedMs - startedMs),
    checkMs: Math.round(performance.now() - downloadedMs),
  })
}

const baseOf = ({ headers, sha256, head }: Download) => {
  const { etag, 'x-amz-version-id': versionId } = headers
  if (typeof etag !== 'string') throw new Error('S3 told no ETag of the database')
  return {
    kind: 'version',
    etag,
    versionId: typeof versionId === 'string' ? versionId : null,
    sha256,
    counters: countersOf(head),
  } satisfies Base
}

/** Null when S3 has no object of that key. A stream that breaks is begun anew until the deadline. */
const fetchWhole = async (key: string, to: string, doors: RestoreDoors): Promise<Download | null> => {
  let downloads = 0
  while (true) {
    try {
      const result = await download(doors.bucket, key, to, doors.deadline)
      if (!('damage' in result)) return result
      if (++downloads >= DOWNLOADS) throw new Error(`The database came damaged: ${result.damage}`)
      doors.log('warn', 'damaged-download', { damage: result.damage })
    } catch (error) {
      if (isAwsError(error, 'NoSuchKey')) return absent(key, doors)
      if (doors.deadline.aborted)
        throw new Error(`The database did not come whole before the deadline: ${told(error)}`)
      if (!isBrokenStream(error)) throw error
      doors.log('warn', 'broken-download', { error: told(error) })
      await sleep(PAUSE_MS)
    }
  }
}

const isBrokenStream = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ETIMEDOUT')

const absent = async (key: string, doors: RestoreDoors): Promise<null> => {
  const act = decideAbsence(await doors.bucket.newest(key, doors.deadline))
  if (act === 'start-empty') return null
  throw new Error(
    act === 'deleted'
      ? `The database ${key} was deleted. Bring back a version of it: storyarch db versions, storyarch db restore --version`
      : `The database ${key} came into being while it was looked for. Start again`,
  )
}

const startEmpty = async ({ bucket, key, databasePath }: Settings, { log }: RestoreDoors): Promise<void> => {
  await writeBase(agentFolder(databasePath), { kind: 'empty' })
  log('info', 'first-boot', { bucket, key, note: 'No version of the database has ever existed.' })
}
