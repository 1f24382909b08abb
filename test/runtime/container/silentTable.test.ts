import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Freezer, freezerOf } from '../../../src/runtime/container/freezer.ts'
import { type ServeDoors, serve } from '../../../src/runtime/container/serve.ts'
import type { Item } from '../../../src/runtime/lifecycle/item.ts'
import { addPost, appOpens, posts } from './databases.ts'

const ME = { generation: 3, taskArn: 'arn:a' }
const START = { startedMs: 0, pullStartedMs: null, pullStoppedMs: null, restoredMs: null }
const ITEM: Item = { state: 'READY', generation: 3, task_arn: 'arn:a', started_at: 1, expires_at: 9e9 }

let folder: string
let path: string
let freezer: Freezer
let silentSeconds: number
let events: string[]
let end: (signal: string) => void
let doors: ServeDoors

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storyarch-silent-'))
  path = join(folder, 'db.sqlite3')
  freezer = freezerOf(path)
  silentSeconds = 0
  events = []
  const told = Promise.withResolvers<string>()
  end = told.resolve
  doors = {
    table: {
      async read() {
        if (silentSeconds > 0) throw new Error('the table is silent')
        return ITEM
      },
      write: async () => null,
    },
    newId: () => '',
    now: () => 2,
    silentSeconds: () => silentSeconds,
    publishPing: async () => {},
    settings: { lifetimeSeconds: 300, maxLifetimeSeconds: 9e9, startDeadlineSeconds: 9e9, spot: false },
    graceSeconds: 45,
    turnSeconds: 0.01,
    log: (_, event) => void events.push(event),
    freezer,
    toldToStop: told.promise,
    probe: async () => 'it is not asked',
    use: async () => ({ connections: 0, busyUntil: null }),
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

test('an app cannot write while nobody knows whether its task is the current one, and can again later', async () => {
  const app = appOpens(path, 'wal')
  app.exec('PRAGMA busy_timeout = 1')
  addPost(app, 'before')
  const served = serve(ME, START, doors)
  silentSeconds = 26
  await expect.poll(() => events).toContain('frozen')
  expect(() => addPost(app, 'meanwhile')).toThrow('locked')
  silentSeconds = 0
  await expect.poll(() => events).toContain('thawed')
  addPost(app, 'after')
  expect(posts(path)).toEqual(['before', 'after'])
  end('SIGTERM')
  expect(await served).toEqual({ why: 'SIGTERM', appIsGone: true, ecsKnows: true, mayStore: true })
  app.close()
})

test('a silence of some turns changes nothing', async () => {
  appOpens(path).close()
  silentSeconds = 24
  let turns = 0
  const served = serve(ME, START, {
    ...doors,
    use: async () => {
      turns += 1
      return { connections: 0, busyUntil: null }
    },
  })
  await expect.poll(() => turns).toBeGreaterThan(3)
  end('SIGTERM')
  await served
  expect(events).toEqual([])
})

test('a table that stays silent ends the task, and its data may become the head', async () => {
  silentSeconds = 301
  expect(await serve(ME, START, doors)).toMatchObject({
    why: 'The table has not answered for 301 s.',
    appIsGone: false,
    ecsKnows: false,
    mayStore: true,
  })
})
