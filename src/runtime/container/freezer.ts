import { DatabaseSync } from 'node:sqlite'
import { told } from './log.ts'
import { bytesOf } from './volume.ts'

/** Keeps the app from writing, as far as SQLite does: whoever holds the one write lock is the only writer. */
export interface Freezer {
  /** Null when the app cannot write from now on, else why it still can. Readers are not disturbed. */
  freeze(): Promise<string | null>
  thaw(): void
}

/** It blocks this process, which has nothing better to do; an app's transactions are shorter. */
const WAIT_MS = 1_000

/**
 * A freezer for one database. The lock is this process's: it is gone with it, and nothing here may open and close the file
 * but SQLite (sqlite.org/howtocorrupt.html, section 2.2).
 */
export const freezerOf = (databasePath: string): Freezer => {
  let held: DatabaseSync | null = null
  return {
    async freeze() {
      if (held !== null) return null
      // Opening would make one.
      if (!(await bytesOf(databasePath))) return 'there is no database yet'
      let database: DatabaseSync | null = null
      try {
        database = new DatabaseSync(databasePath, { timeout: WAIT_MS })
        database.exec('BEGIN IMMEDIATE')
        held = database
        return null
      } catch (error) {
        database?.close()
        return told(error)
      }
    },
    thaw() {
      held?.close()
      held = null
    },
  }
}
