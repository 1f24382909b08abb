import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AwsError } from '../../../src/emulator/service.ts'
import { runAgent, startAgent } from './agentProcess.ts'
import { addPost, appOpens, databaseOf, posts } from './databases.ts'
import { openStage, type Scene } from './stage.ts'
import { badLine, type Tampering } from './tamper.ts'

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

const overBadLine = async (tamper: Tampering) => {
  const line = await badLine(scene.env['AWS_ENDPOINT_URL'] ?? '', tamper)
  return { ...line, env: { ...scene.env, AWS_ENDPOINT_URL_S3: line.endpoint } }
}

describe('a database that never was', () => {
  test('starts empty and says so', async () => {
    const { code, names } = await runAgent('restore', scene.env)
    expect({ code, names }).toEqual({ code: 0, names: ['claimed', 'first-boot'] })
    expect(existsSync(scene.path)).toBe(false)
  })

  test('is not taken for another whose key begins alike', async () => {
    const longer = await runAgent('restore', { ...scene.env, DB_S3_KEY: 'db' })
    expect(longer.code).toBe(0)
    await scene.put(databaseOf(['mine']))
    expect((await runAgent('restore', { ...scene.env, DB_S3_KEY: 'db' })).names).toEqual([
      'claimed',
      'first-boot',
    ])
  })
})

describe('a database that is there', () => {
  test('is put in place, byte for byte, and readable by every user', async () => {
    const bytes = databaseOf(['first', 'second'])
    const versionId = await scene.put(bytes)
    const { code, events } = await runAgent('restore', scene.env)
    expect(code).toBe(0)
    expect(events).toEqual([
      expect.objectContaining({ level: 'info', event: 'claimed', generation: 7 }),
      expect.objectContaining({ level: 'info', event: 'restored', bytes: bytes.length, versionId }),
    ])
    expect(scene.read()).toEqual(bytes)
    expect(posts(scene.path)).toEqual(['first', 'second'])
  })

  test('is the newest of its versions', async () => {
    await scene.put(databaseOf(['old']))
    await scene.put(databaseOf(['old', 'new'], 'wal'))
    expect((await runAgent('restore', scene.env)).code).toBe(0)
    expect(posts(scene.path)).toEqual(['old', 'new'])
  })

  test('is found under a key of any signs', async () => {
    const odd = await stage.scene('a folder/ä+b (1)*!/what?#%41.sqlite3')
    await odd.put(databaseOf(['odd']))
    expect((await runAgent('restore', odd.env)).code).toBe(0)
    expect(posts(odd.path)).toEqual(['odd'])
    odd.clean()
  })

  test('is not joined by the journals of another', async () => {
    const app = appOpens(scene.path, 'wal')
    addPost(app, 'of the other')
    // As an app that was killed leaves them; the database they belong to is gone.
    const left = ['-wal', '-shm'].map(
      suffix => [scene.path + suffix, readFileSync(scene.path + suffix)] as const,
    )
    app.close()
    rmSync(scene.path)
    for (const [path, bytes] of left) writeFileSync(path, bytes)

    await scene.put(databaseOf(['mine'], 'wal'))
    expect((await runAgent('restore', scene.env)).code).toBe(0)
    expect(posts(scene.path)).toEqual(['mine'])
  })

  test('is left alone when this task has restored it already: it may hold new rows', async () => {
    await scene.put(databaseOf(['first']))
    await runAgent('restore', scene.env)
    const app = appOpens(scene.path)
    addPost(app, 'not yet saved')
    app.close()
    const { code, names } = await runAgent('restore', scene.env)
    expect({ code, names }).toEqual({ code: 0, names: ['claimed', 'kept'] })
    expect(posts(scene.path)).toEqual(['first', 'not yet saved'])
  })

  test('never replaces a file that nobody restored', async () => {
    await scene.put(databaseOf(['mine']))
    writeFileSync(scene.path, databaseOf(['of whom?']))
    expect((await runAgent('restore', scene.env)).code).toBe(1)
    expect(posts(scene.path)).toEqual(['of whom?'])
  })
})

describe('the app must not start', () => {
  const refused = async (env: Record<string, string>, why: RegExp) => {
    const { code, events } = await runAgent('restore', env)
    expect(code).toBe(1)
    expect(events.at(-1)).toMatchObject({ level: 'error', event: 'restore-failed' })
    expect(events.at(-1)?.['error']).toMatch(why)
    expect(existsSync(scene.path)).toBe(false)
    return events
  }

  test('when the database was deleted, and whoever waits is told so', async () => {
    await scene.put(databaseOf(['mine']))
    await scene.remove()
    await refused(scene.env, /was deleted.*db restore --version/)
    expect(await scene.table.task()).toMatchObject({
      state: 'STOPPING',
      stopCause: 'failed-start',
      stoppedBy: 'agent',
      failure: 'database',
      stopReason: expect.stringContaining('was deleted'),
    })
  })

  test('when the newest version is gone and a marker of it remains', async () => {
    const only = await scene.put(databaseOf(['mine']))
    await scene.remove()
    await scene.removeVersion(only)
    await refused(scene.env, /was deleted/)
  })

  test.for([
    ['is no database', Buffer.from('<html>not found</html>'), /does not begin as an SQLite database/],
    ['is empty', Buffer.alloc(0), /it is empty/],
    [
      'was cut',
      databaseOf(Array(500).fill('a row that takes room')).subarray(0, 8192),
      /its header tells of/,
    ],
  ] as const)('when what is stored %s', async ([, bytes, why]) => {
    await scene.put(bytes)
    await refused(scene.env, why)
  })

  test('when pages of what is stored are broken', async () => {
    const bytes = databaseOf(Array(500).fill('a row that takes room'))
    bytes.fill(0xff, 4096, 4096 + 200)
    await scene.put(bytes)
    await refused(scene.env, /is broken/)
  })

  test('when the download is damaged every time', async () => {
    const bytes = databaseOf(['mine'])
    await scene.put(bytes)
    const line = await overBadLine((_, body) => {
      const changed = Buffer.from(body)
      // Where neither the header nor quick_check would see it.
      const at = changed.indexOf('mine')
      if (at > 0) changed[at] = 0x58
      return changed
    })
    const events = await refused(line.env, /came damaged/)
    expect(events.map(({ event }) => event)).toEqual([
      'claimed',
      'damaged-download',
      'damaged-download',
      'restore-failed',
    ])
    line.close()
  })

  test('when the bucket is not there', async () => {
    await refused({ ...scene.env, DB_S3_BUCKET: 'of-nobody' }, /NoSuchBucket/)
  })

  test('when S3 stays down until the deadline, whose last failure is told', async () => {
    stage.intercept = ({ operation }) =>
      operation === 'GetObject' ? new AwsError('InternalError', 'down', { status: 500 }) : undefined
    await refused({ ...scene.env, RESTORE_DEADLINE_SECONDS: '1' }, /InternalError: down/)
  })

  test('when the download stands still until the deadline', async () => {
    await scene.put(databaseOf(Array(2000).fill('a row that takes room')))
    const line = await overBadLine(() => 'hang')
    await refused({ ...line.env, RESTORE_DEADLINE_SECONDS: '1' }, /did not come whole before the deadline/)
    line.close()
  })

  test('when nobody listens there', async () => {
    const env = { ...scene.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', RESTORE_DEADLINE_SECONDS: '1' }
    await refused(env, /ECONNREFUSED/)
  })

  test('when it cannot be told whether there ever was one', async () => {
    stage.intercept = ({ operation }) =>
      operation === 'ListObjectVersions' ? new AwsError('AccessDenied', 'no', { status: 403 }) : undefined
    await refused({ ...scene.env, RESTORE_DEADLINE_SECONDS: '2' }, /AccessDenied/)
  })

  test('when the environment tells too little', async () => {
    const { DB_S3_BUCKET, ...rest } = scene.env
    await refused(rest, /DB_S3_BUCKET is not set/)
  })
})

describe('a bad hour', () => {
  test('of errors, throttling and broken connections passes', async () => {
    await scene.put(databaseOf(['mine']))
    const verdicts = [
      new AwsError('InternalError', 'down', { status: 500 }),
      new AwsError('SlowDown', 'slower', { status: 503 }),
      'drop',
    ] as const
    let asked = 0
    stage.intercept = ({ operation }) => (operation === 'GetObject' ? verdicts[asked++] : undefined)
    const { code, names } = await runAgent('restore', scene.env)
    expect({ code, names }).toEqual({ code: 0, names: ['claimed', 'retry', 'retry', 'retry', 'restored'] })
    expect(posts(scene.path)).toEqual(['mine'])
  })

  test('of a stream that breaks half-way and comes damaged once passes', async () => {
    const bytes = databaseOf(Array(2000).fill('a row that takes room'))
    await scene.put(bytes)
    const line = await overBadLine((_, body, count) => {
      if (count === 1) return 'break'
      return count === 2 ? Buffer.concat([body.subarray(1), Buffer.from('x')]) : body
    })
    const { code, names } = await runAgent('restore', line.env)
    expect({ code, names }).toEqual({
      code: 0,
      names: ['claimed', 'broken-download', 'damaged-download', 'restored'],
    })
    expect(scene.read()).toEqual(bytes)
    line.close()
  })

  test('in which the agent is killed leaves no half file, and the next attempt works', async () => {
    const bytes = databaseOf(Array(2000).fill('a row that takes room'))
    await scene.put(bytes)
    let asked = () => {}
    const under = new Promise<void>(resolve => {
      asked = resolve
    })
    const line = await overBadLine(() => {
      asked()
      return 'hang'
    })
    const agent = startAgent('restore', line.env)
    await under
    agent.signal('SIGKILL')
    expect(await agent.ended).toBeNull()
    expect(existsSync(scene.path)).toBe(false)
    line.close()
    expect((await runAgent('restore', scene.env)).code).toBe(0)
    expect(scene.read()).toEqual(bytes)
    expect(readdirSync(scene.volume).sort()).toEqual(['.storyarch', 'db.sqlite3'])
  })
})

test('no secret is printed', async () => {
  stage.intercept = () => new AwsError('AccessDenied', 'not you', { status: 403 })
  const { events } = await runAgent('restore', { ...scene.env, RESTORE_DEADLINE_SECONDS: '1' })
  const printed = JSON.stringify(events)
  for (const secret of ['secret-of-the-key', 'token-of-the-session']) expect(printed).not.toContain(secret)
})

test.for([[], ['save']])('words it does not know are refused: %j', async words => {
  const { code, events } = await runAgent(words[0] ?? '', scene.env)
  expect(code).toBe(64)
  expect(events).toMatchObject([{ event: 'wrong-usage', words: ['restore', 'run'] }])
})
