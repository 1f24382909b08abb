import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const addPost = (database: DatabaseSync, text: string): void => {
  database.exec('CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)')
  database.prepare('INSERT INTO posts (text) VALUES (?)').run(text)
}

/** Opens the database as an app does. */
export const appOpens = (path: string, journal: 'wal' | 'delete' = 'delete'): DatabaseSync => {
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA journal_mode = ${journal}`)
  return database
}

/** What a reader of the database finds. */
export const posts = (path: string): string[] => {
  const database = new DatabaseSync(path)
  try {
    return database
      .prepare('SELECT text FROM posts ORDER BY id')
      .all()
      .map(row => String(row['text']))
  } finally {
    database.close()
  }
}

/** The bytes of a database with these posts. */
export const databaseOf = (texts: readonly string[], journal: 'wal' | 'delete' = 'delete'): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-made-'))
  try {
    const database = appOpens(join(folder, 'db'), journal)
    database.exec('BEGIN')
    for (const text of texts) addPost(database, text)
    database.exec('COMMIT')
    database.close()
    return readFileSync(join(folder, 'db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Makes a database with a rule that calls a function only its app has, as Django does for `__regex`. */
export const needingFunction = (path: string): void => {
  const database = new DatabaseSync(path)
  database.function('regexp', (_pattern, _text) => 1)
  database.exec("CREATE TABLE t (x TEXT CHECK (x REGEXP '^[a-z]'))")
  database.exec("INSERT INTO t VALUES ('a')")
  database.close()
}

/** Makes a database with an index by a collation that only its app has. */
export const needingCollation = (path: string): void => {
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE t (x TEXT COLLATE NOCASE); CREATE INDEX i ON t (x)')
  database.exec("INSERT INTO t VALUES ('a')")
  database.close()
  // Node can make no collation; a known one is renamed in the schema.
  writeFileSync(path, readFileSync(path, 'latin1').replaceAll('NOCASE', 'MYCASE'), 'latin1')
}
