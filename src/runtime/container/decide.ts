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

/**
 * What it means that S3 has no object to read. Empty is right for a database that never was, and for no other. `newest`:
 * what a list of the key's versions begins with.
 */
export const decideAbsence = (
  newest: 'version' | 'deleteMarker' | 'nothing',
): 'start-empty' | 'deleted' | 'just-appeared' => {
  if (newest === 'nothing') return 'start-empty'
  return newest === 'deleteMarker' ? 'deleted' : 'just-appeared'
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
