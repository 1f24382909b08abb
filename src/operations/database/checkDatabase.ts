import { stat } from 'node:fs/promises'

/** What every database begins with. SQLite makes one of a shorter file when it is first written to: to it, no fault. */
const HEADER_BYTES = 100

/**
 * What is wrong with the SQLite database in the file at `path`, by `PRAGMA quick_check`; null when nothing is. The file
 * and its folder must be ours: a database in WAL mode gets its side files while it is read.
 */
export const checkDatabase = async (path: string): Promise<string | null> => {
  const { size } = await stat(path)
  if (size < HEADER_BYTES) return size === 0 ? 'it is empty' : `it has no more than ${size} bytes`
  // Loaded late: Node before 24 warns about it on stderr.
  const { DatabaseSync } = await import('node:sqlite')
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      const [row] = database.prepare('PRAGMA quick_check(1)').all()
      const said = String(Object.values(row ?? { said: 'it says nothing' })[0])
      return said === 'ok' ? null : said
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
