import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkDatabase } from '../../src/operations/database/checkDatabase.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-check-test-'))
  path = join(folder, 'db.sqlite3')
})
afterEach(() => rm(folder, { recursive: true }))

const make = (...statements: string[]): void => {
  const database = new DatabaseSync(path)
  database.function('regexp', (_pattern, _text) => 1)
  for (const statement of statements) database.exec(statement)
  database.close()
}

test('a rule that calls a function of the app is no fault', async () => {
  make("CREATE TABLE t (x TEXT CHECK (x REGEXP '^[a-z]'))", "INSERT INTO t VALUES ('a')")
  expect(await checkDatabase(path)).toBeNull()
})

test('a collation of the app is no fault, and hides none of other tables', async () => {
  make(
    'CREATE TABLE t (x TEXT COLLATE NOCASE)',
    'CREATE INDEX i ON t (x)',
    'CREATE TABLE other (x TEXT)',
    "INSERT INTO other VALUES ('to be spoilt')",
  )
  // Node can make no collation; a known one is renamed in the schema.
  const text = (await readFile(path, 'latin1')).replaceAll('NOCASE', 'MYCASE')
  await writeFile(path, text, 'latin1')
  expect(await checkDatabase(path)).toBeNull()
  const bytes = Buffer.from(text, 'latin1')
  const page = Math.floor(bytes.indexOf('to be spoilt') / 4096) * 4096
  await writeFile(path, bytes.fill(0xff, page, page + 200))
  expect(await checkDatabase(path)).not.toBeNull()
})
