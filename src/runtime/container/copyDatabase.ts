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

/**
 * What `PRAGMA quick_check` says against a database; null when it says nothing. For copies: it holds up writers. What only
 * the app can tell, by collations and functions of its own, is left unchecked.
 */
export const quickCheck = (path: string): string | null => {
  try {
    const database = new DatabaseSync(path, { timeout: BUSY_MS })
    try {
      // The app's rules for its rows are no matter of the file's, and may call functions that only the app has.
      database.exec('PRAGMA query_only = 1; PRAGMA ignore_check_constraints = 1')
      return faultIn(database)
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const faultIn = (database: DatabaseSync): string | null => {
  const whole = check(database, '1')
  if (whole !== 'not possible') return whole
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
    const fault = check(database, `'${String(name).replaceAll("'", "''")}'`)
    if (fault !== null && fault !== 'not possible') return fault
  }
  return null
}

/** One missing collation or function keeps SQLite from the check of all tables; it says so as a fault of the statement. */
const check = (database: DatabaseSync, what: string): string | null => {
  try {
    const [first] = database.prepare(`PRAGMA quick_check(${what})`).all()
    return first?.['quick_check'] === 'ok' ? null : String(first?.['quick_check'])
  } catch (error) {
    if (isOfStatement(error)) return 'not possible'
    throw error
  }
}

/** SQLITE_ERROR in any of its extended codes (sqlite.org/rescode.html); a damaged file is SQLITE_CORRUPT or SQLITE_NOTADB. */
const isOfStatement = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 1

/** The files SQLite may have beside a database. */
export const SIDE_FILES = ['-wal', '-shm', '-journal']

/** Removes a database with all that belongs to it, if it is there. */
export const removeDatabase = async (path: string): Promise<void> => {
  for (const suffix of ['', ...SIDE_FILES]) await rm(path + suffix, { force: true })
}
