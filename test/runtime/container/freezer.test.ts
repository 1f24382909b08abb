import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freezerOf } from '../../../src/runtime/container/freezer.ts'
import { addPost, appOpens, posts } from './databases.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storyarch-freezer-'))
  path = join(folder, 'db.sqlite3')
})
afterEach(() => rmSync(folder, { recursive: true }))

test.for(['delete', 'wal'] as const)(
  'a frozen app reads and cannot write until it thaws (%s)',
  async journal => {
    const app = appOpens(path, journal)
    app.exec('PRAGMA busy_timeout = 1')
    addPost(app, 'first')
    const freezer = freezerOf(path)
    expect([await freezer.freeze(), await freezer.freeze()]).toEqual([null, null])
    expect(() => addPost(app, 'second')).toThrow('locked')
    expect(posts(path)).toEqual(['first'])
    freezer.thaw()
    addPost(app, 'third')
    expect(posts(path)).toEqual(['first', 'third'])
    app.close()
  },
)

test('what cannot be opened cannot be frozen, and that is said', async () => {
  mkdirSync(path)
  expect(await freezerOf(path).freeze()).toMatch(/unable to open/)
})

test('an app in the midst of a transaction is not frozen, and that is said', async () => {
  const app = appOpens(path)
  addPost(app, 'first')
  app.exec('BEGIN IMMEDIATE')
  expect(await freezerOf(path).freeze()).toMatch(/locked/)
  app.exec('COMMIT')
  app.close()
})

test('no database is made', async () => {
  expect(await freezerOf(path).freeze()).toMatch(/no database/)
  expect(existsSync(path)).toBe(false)
})

test('what is no database is not frozen', async () => {
  writeFileSync(path, 'a text of some length, which is no database at all')
  expect(await freezerOf(path).freeze()).toMatch(/not a database/)
})
