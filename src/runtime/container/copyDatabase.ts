import { rm } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'

const BUSY_MS = 5_000
/** One step: a copy in several begins anew whenever somebody writes between two of them. */
const ALL_PAGES = 0x7fffffff

/**
 * Copies a database as of its last commit, what lies in its WAL or must be rolled back from a hot journal included; no
 * file of it is opened but by SQLite itself. Throws SQLite's error when the file is no database or is broken so badly.
 */
export const copyDatabase = async (from: string, to: string): Promise<void> => {
  await removeDatabase(to)
  // To write: a reader may not roll back the journal of an app that was killed.
  const database = new DatabaseSync(from, { timeout: BUSY_MS })
  try {
    database.exec('PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0')
    await backup(database, to, { rate: ALL_PAGES })
  } finally {
    database.close()
  }
}

/** What `PRAGMA quick_check` says against a database; null when it says ok. For copies: it holds up writers. */
export const quickCheck = (path: string): string | null => {
  try {
    const database = new DatabaseSync(path, { timeout: BUSY_MS })
    try {
      database.exec('PRAGMA query_only = 1')
      const [first] = database.prepare('PRAGMA quick_check(1)').all()
      return first?.['quick_check'] === 'ok' ? null : String(first?.['quick_check'])
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The files SQLite may have beside a database. */
export const SIDE_FILES = ['-wal', '-shm', '-journal']

/** Removes a database with all that belongs to it, if it is there. */
export const removeDatabase = async (path: string): Promise<void> => {
  for (const suffix of ['', ...SIDE_FILES]) await rm(path + suffix, { force: true })
}
