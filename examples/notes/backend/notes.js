import { DatabaseSync } from 'node:sqlite'

/** Each brings the database from one version to the next. Only ever add to the end. */
const MIGRATIONS = [
  `CREATE TABLE notes (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     text TEXT NOT NULL,
     created_at TEXT NOT NULL
   ) STRICT`,
]

const migrate = database => {
  const { user_version: version } = database.prepare('PRAGMA user_version').get()
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

/** Opens the notes kept in the SQLite database at `path`, which is made if there is none. */
export const openNotes = path => {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  migrate(database)
  const all = database.prepare('SELECT id, text, created_at FROM notes ORDER BY id DESC')
  const one = database.prepare('SELECT id, text, created_at FROM notes WHERE id = ?')
  const insert = database.prepare('INSERT INTO notes (text, created_at) VALUES (?, ?) RETURNING *')
  const remove = database.prepare('DELETE FROM notes WHERE id = ?')
  return {
    /** Newest first. */
    list: () => all.all(),
    find: id => one.get(id) ?? null,
    add: text => insert.get(text, new Date().toISOString()),
    /** Whether there was one to remove. */
    remove: id => remove.run(id).changes > 0,
    /** Throws when the database does not answer. */
    check: () => void one.get(0),
    close: () => database.close(),
  }
}
