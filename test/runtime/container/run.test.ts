import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AwsError } from '../../../src/emulator/service.ts'
import { runAgent, startAgent } from './agentProcess.ts'
import { addPost, appOpens, databaseOf, needingCollation, needingFunction, posts } from './databases.ts'
import { killedApp } from './killedApp.ts'
import { openStage, type Scene } from './stage.ts'

let stage: Awaited<ReturnType<typeof openStage>>
let scene: Scene
beforeAll(async () => {
  stage = await openStage()
})
beforeEach(async () => {
  stage.intercept = () => undefined
  scene = await stage.scene()
})
afterEach(() => scene.clean())
afterAll(() => stage.close())

/** A task's life: restore, then the app's part beside the running agent, then the signal to stop. */
const live = async (app: () => void | Promise<void>, env: Record<string, string> = {}) => {
  const restored = await runAgent('restore', scene.env)
  expect(restored.code).toBe(0)
  const agent = startAgent('run', { ...scene.env, ...env })
  await agent.seen('watching')
  await app()
  agent.signal('SIGTERM')
  const code = await agent.ended
  return { code, events: agent.events, last: agent.events.at(-1) }
}

const written = (use: (database: DatabaseSync) => void, journal: 'wal' | 'delete' = 'delete') => {
  const database = appOpens(scene.path, journal)
  use(database)
  database.close()
}

const current = async () => (await scene.stored()).find(({ key }) => key === scene.key)

const postsStored = async (): Promise<string[]> =>
  posts(scene.onDisk((await current())?.bytes ?? Buffer.alloc(0)))

describe('at the end of a task', () => {
  test('a first database is stored', async () => {
    const { code, last } = await live(() => written(database => addPost(database, 'first')))
    expect(code).toBe(0)
    expect(last).toMatchObject({ level: 'info', event: 'saved', outcome: 'published' })
    expect(await postsStored()).toEqual(['first'])
    expect((await current())?.metadata).toMatchObject({
      'sa-generation': '7',
      'sa-parent': 'none',
      'sa-reason': 'stop',
    })
  })

  test('what was written since is a new version, and the next task begins with it', async () => {
    const parent = await scene.put(databaseOf(['first']))
    const { code, last } = await live(() => written(database => addPost(database, 'second')))
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'published' })
    expect((await current())?.metadata).toMatchObject({ 'sa-parent': parent })
    expect(await scene.versionCount()).toBe(2)
    rmSync(scene.volume, { recursive: true })
    expect((await runAgent('restore', scene.env)).code).toBe(0)
    expect(posts(scene.path)).toEqual(['first', 'second'])
  })

  test('what an app that was killed left in its WAL is stored too', async () => {
    await scene.put(databaseOf(['first'], 'wal'))
    const { code } = await live(async () => {
      await killedApp(scene.path, 'wal', ['in the WAL', 'and this'])
      expect(posts(scene.onDisk(scene.read()))).toEqual(['first'])
    })
    expect(code).toBe(0)
    expect(await postsStored()).toEqual(['first', 'in the WAL', 'and this'])
  })

  test('what an app that was killed had not committed is rolled back', async () => {
    await scene.put(databaseOf(['first']))
    const { code } = await live(async () => {
      await killedApp(scene.path, 'hot journal', ['half a transaction'])
      expect(existsSync(`${scene.path}-journal`)).toBe(true)
      expect(scene.read().includes('filler of some length')).toBe(true)
    })
    expect(code).toBe(0)
    expect(await postsStored()).toEqual(['first'])
  })

  test.for(['delete', 'wal'] as const)('what nobody changed is not stored again (%s)', async journal => {
    await scene.put(databaseOf(['first'], journal))
    const { code, last } = await live(() =>
      written(database => {
        database.prepare('SELECT * FROM posts').all()
        database.exec("BEGIN; INSERT INTO posts (text) VALUES ('never'); ROLLBACK")
      }, journal),
    )
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'unchanged' })
    expect(await scene.versionCount()).toBe(1)
  })

  test('what another SQLite wrote and nobody changed is not stored again', async () => {
    const old = databaseOf(['first'])
    old.writeUInt32BE(3_040_001, 96)
    await scene.put(old)
    const { last } = await live(() => {})
    expect(last).toMatchObject({ outcome: 'unchanged' })
  })

  test.for([
    ['a function', (path: string) => needingFunction(path)],
    ['a collation', (path: string) => needingCollation(path)],
  ] as const)('a database whose rules need %s of the app is stored, and brought', async ([, make]) => {
    const { code, last } = await live(() => make(scene.path))
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'published' })
    rmSync(scene.volume, { recursive: true })
    expect((await runAgent('restore', scene.env)).code).toBe(0)
    expect(existsSync(scene.path)).toBe(true)
  })

  test('nothing is stored of an app that made no database', async () => {
    const { code, last } = await live(() => {})
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'nothing' })
    expect(await scene.stored()).toEqual([])
  })

  test('a database of nobody’s rows is a database', async () => {
    const { last } = await live(() => written(database => database.exec('CREATE TABLE t (a)')))
    expect(last).toMatchObject({ outcome: 'published' })
  })

  test('a second signal does not interrupt', async () => {
    await scene.put(databaseOf(['first']))
    let agent: ReturnType<typeof startAgent> | undefined
    stage.intercept = async ({ operation }) => {
      if (operation === 'PutObject') agent?.signal('SIGTERM')
      return undefined
    }
    await runAgent('restore', scene.env)
    agent = startAgent('run', scene.env)
    await agent.seen('watching')
    written(database => addPost(database, 'second'))
    agent.signal('SIGTERM')
    expect(await agent.ended).toBe(0)
    expect(await postsStored()).toEqual(['first', 'second'])
  })
})

describe('another version is never replaced', () => {
  test('when somebody has published meanwhile', async () => {
    await scene.put(databaseOf(['first']))
    const { code, last } = await live(async () => {
      written(database => addPost(database, 'of this task'))
      await scene.put(databaseOf(['first', 'of the other task']))
    })
    expect(code).toBe(0)
    expect(last).toMatchObject({ level: 'warn', event: 'saved', outcome: 'conflict' })
    expect(await postsStored()).toEqual(['first', 'of the other task'])
    const aside = (await scene.stored()).find(({ key }) => key.startsWith('conflicts/'))
    expect(aside?.key).toBe(last?.['key'])
    expect(aside?.key).toMatch(/^conflicts\/\d{8}T\d{6}Z-7\/db\.sqlite3$/)
    expect(posts(scene.onDisk(aside?.bytes ?? Buffer.alloc(0)))).toEqual(['first', 'of this task'])
  })

  test.for([
    ['appeared', () => scene.put(databaseOf(['of the other task']))],
    ['was deleted', () => scene.remove()],
  ] as const)('when one %s meanwhile', async ([how, meanwhile]) => {
    if (how === 'was deleted') await scene.put(databaseOf(['first']))
    const { code, last } = await live(async () => {
      written(database => addPost(database, 'of this task'))
      await meanwhile()
    })
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'conflict' })
  })

  test('and one of our own, whose answer got lost, is no conflict', async () => {
    await scene.put(databaseOf(['first']))
    let lost = 0
    stage.intercept = ({ operation }, phase) =>
      operation === 'PutObject' && phase === 'after' && lost++ === 0 ? 'drop' : undefined
    const { code, last } = await live(() => written(database => addPost(database, 'second')))
    expect(lost).toBe(1)
    expect({ code, outcome: last?.['outcome'] }).toEqual({ code: 0, outcome: 'published' })
    expect(await scene.versionCount()).toBe(2)
    expect(await postsStored()).toEqual(['first', 'second'])
  })
})

describe('what cannot be stored as the database', () => {
  test('is broken: all of it goes into quarantine', async () => {
    const good = databaseOf(Array(500).fill('a row that takes room'))
    await scene.put(good)
    const { code, events, last } = await live(() => {
      const broken = Buffer.from(good)
      broken.fill(0xff, 4096, 4096 + 200)
      writeFileSync(scene.path, broken)
    })
    expect(code).toBe(1)
    expect(events).toContainEqual(expect.objectContaining({ level: 'error', event: 'database-broken' }))
    expect(last).toMatchObject({ outcome: 'broken', key: expect.stringMatching(/^quarantine\//) })
    const keys = (await scene.stored()).map(({ key }) => key)
    expect(keys.sort()).toEqual([scene.key, last?.['key']])
    expect((await current())?.bytes).toEqual(good)
  })

  test.for([
    ['gone', () => rmSync(scene.path)],
    ['empty', () => writeFileSync(scene.path, '')],
  ] as const)('is %s: what is stored stays', async ([, spoil]) => {
    await scene.put(databaseOf(['first']))
    const { code, last } = await live(spoil)
    expect(code).toBe(1)
    expect(last).toMatchObject({ event: 'run-failed', error: expect.stringContaining('gone or empty') })
    expect(await postsStored()).toEqual(['first'])
  })

  test('is not stored before the deadline: that is said', async () => {
    await scene.put(databaseOf(['first']))
    stage.intercept = ({ operation }) =>
      operation === 'PutObject' ? new AwsError('InternalError', 'down', { status: 500 }) : undefined
    const put = live(() => written(database => addPost(database, 'second')), { SAVE_DEADLINE_SECONDS: '1' })
    const { code, last } = await put
    expect(code).toBe(1)
    expect(last).toMatchObject({ event: 'run-failed', error: expect.stringContaining('InternalError: down') })
  })
})

test('a bad hour of S3 passes', async () => {
  await scene.put(databaseOf(['first']))
  const verdicts = [
    new AwsError('InternalError', 'down', { status: 500 }),
    'drop',
    new AwsError('ConditionalRequestConflict', 'again', { status: 409 }),
  ] as const
  let asked = 0
  const { code, last } = await live(() => {
    stage.intercept = ({ operation }, phase) =>
      operation === 'PutObject' && phase === 'before' ? verdicts[asked++] : undefined
    written(database => addPost(database, 'second'))
  })
  expect({ code, outcome: last?.['outcome'], asked }).toEqual({ code: 0, outcome: 'published', asked: 4 })
})

test('without a restore in its task it does not run', async () => {
  const { code, events } = await runAgent('run', scene.env)
  expect(code).toBe(1)
  expect(events).toMatchObject([{ event: 'run-failed', error: expect.stringContaining('not restored') }])
  expect(readdirSync(scene.volume)).toEqual([])
})
