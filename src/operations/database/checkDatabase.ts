import { stat } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'

/** What every database begins with. SQLite makes one of a shorter file when it is first written to: to it, no fault. */
const HEADER_BYTES = 100

/**
 * What is wrong with the SQLite database in the file at `path`, by `PRAGMA quick_check`; null when nothing is. What only the
 * app can tell, by collations and functions of its own, is left unchecked. The file and its folder must be ours: a
 * database in WAL mode gets its side files while it is read.
 */
export const checkDatabase = async (path: string): Promise<string | null> => {
  const { size } = await stat(path)
  if (size < HEADER_BYTES) return size === 0 ? 'it is empty' : `it has no more than ${size} bytes`
  // Loaded late: Node before 24 warns about it on stderr.
  const { DatabaseSync } = await import('node:sqlite')
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
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
    const [row] = database.prepare(`PRAGMA quick_check(${what})`).all()
    const said = String(Object.values(row ?? { said: 'it says nothing' })[0])
    return said === 'ok' ? null : said
  } catch (error) {
    if (isOfStatement(error)) return 'not possible'
    throw error
  }
}

/** SQLITE_ERROR in any of its extended codes (sqlite.org/rescode.html); a damaged file is SQLITE_CORRUPT or SQLITE_NOTADB. */
const isOfStatement = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 1
