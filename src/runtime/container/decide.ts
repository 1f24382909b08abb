import type { Precondition } from '../aws/s3.ts'
import type { Base } from './base.ts'

/** What a container finds in the volume before it restores. */
export interface Local {
  readonly hasDatabase: boolean
  readonly base: Base | null
}

/** A file that is there is never overwritten: it may hold what nobody has saved yet. */
export const decideBoot = ({ hasDatabase, base }: Local): 'restore' | 'keep' | 'refuse' => {
  if (!hasDatabase) return 'restore'
  return base === null ? 'refuse' : 'keep'
}

/** What S3 says of a key that has no object. */
export interface Absence {
  /** The newest version is a delete marker. */
  readonly deleted: boolean
  /** There is, or was, any version or delete marker of the key. */
  readonly hasHistory: boolean
}

/** Empty is right for a database that never was, and for no other. */
export const decideAbsence = ({ deleted, hasHistory }: Absence): 'start-empty' | 'deleted' | 'lost' => {
  if (deleted) return 'deleted'
  return hasHistory ? 'lost' : 'start-empty'
}

/** Whether there is anything to copy when the task ends. `bytes`: of the database's file, null without one. */
export const decideCopy = (base: Base, bytes: number | null): 'copy' | 'nothing' | 'vanished' => {
  if (bytes !== null && bytes > 0) return 'copy'
  return base.kind === 'empty' ? 'nothing' : 'vanished'
}

/**
 * What a whole copy of the database is to S3; `unchanged` is for it to do nothing. A version replaces only the one it was
 * made from. `sha256WithBaseCounters`: see `withCounters`; null without a base.
 */
export const decideUpload = (
  base: Base,
  sha256WithBaseCounters: string | null,
): 'unchanged' | Precondition => {
  if (base.kind === 'empty') return 'absent'
  return sha256WithBaseCounters === base.sha256 ? 'unchanged' : { match: base.etag }
}

/**
 * Whether a refused write had really worked and only its answer got lost. `writerThere`: the mark on the version that
 * stands there now; null when nothing does.
 */
export const decideRefusal = (writer: string, writerThere: string | null): 'published' | 'conflict' =>
  writerThere === writer ? 'published' : 'conflict'

/**
 * Where a database goes that must not replace the current one: `conflicts/20261126T110721Z-7/db.sqlite3`.
 * `why`: somebody else has published meanwhile, or it is broken.
 */
export const asideFolder = (why: 'conflicts' | 'quarantine', now: Date, generation: string): string =>
  `${why}/${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${generation}`
