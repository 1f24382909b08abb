import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeTasksCommand, ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs'
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { backupName } from '../../src/operations/database/backup.ts'
import { chooseVersion } from '../../src/operations/database/chooseVersion.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { runTask } from './runTask.ts'
import { BACKEND, openStand, type Stand, sqlite } from './stand.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let stand: Stand
let intercept: Intercept = () => undefined
beforeEach(async () => {
  intercept = () => undefined
  emulator = await freshAws((call, phase) => intercept(call, phase))
  stand = await openStand(emulator.endpoint, { functions: true })
})
afterEach(async () => {
  await stand.close()
  await emulator.close()
})

const { bucket, key } = BACKEND.database

/** What the stored database says now. */
const current = async (): Promise<string> => {
  const { Body } = await stand.aws.client(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return wordIn((await Body?.transformToByteArray()) ?? new Uint8Array())
}

const wordIn = async (bytes: Uint8Array): Promise<string> => {
  const path = join(stand.folder, 'read.sqlite3')
  await writeFile(path, bytes)
  const database = new DatabaseSync(path, { readOnly: true })
  const row = database.prepare('SELECT text FROM notes').get()
  database.close()
  return String(row?.['text'])
}

const versions = async () => JSON.parse((await stand.run('db', 'versions', '--json')).stdout)

/** A database of several pages, one of which is nonsense: its header is sound. */
const broken = async (): Promise<Uint8Array> => {
  const bytes = Buffer.from(await sqlite('x'.repeat(100), 500))
  bytes.fill(0xff, 4096, 8192)
  return bytes
}

describe('db versions', () => {
  test('lists versions and delete markers with age, size and cause, the current one marked', async () => {
    const first = await stand.store(await sqlite('one'), { 'sa-reason': 'stop', 'sa-generation': '7' })
    const second = await stand.store(await sqlite('two'))
    const { code, stdout } = await stand.run('db', 'versions')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^\\*  ${second}  \\S+Z +\\d+ s ago  8\\.2 kB$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^   ${first}  \\S+Z +\\d+ s ago  8\\.2 kB  stop of task 7$`, 'm'))
    await stand.aws.client(S3Client).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    expect((await stand.run('db', 'versions')).stdout).toMatch(/^\* .* {2}- {2}deleted$/m)
    expect(await versions()).toMatchObject({
      version: 1,
      type: 'db-versions',
      versions: [
        { id: second, isCurrent: false },
        { id: first, origin: { reason: 'stop', generation: '7' } },
      ],
      deleteMarkers: [{ isCurrent: true }],
    })
  })

  test('of an empty bucket says how a version comes', async () => {
    const { code, stdout, stderr } = await stand.run('db', 'versions')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('No database is stored in s3://stand-database-test/db.sqlite3 yet')
  })
})

describe('db restore', () => {
  test('brings a version back as a new one, and the command it prints undoes that', async () => {
    const good = await stand.store(await sqlite('good'))
    const bad = await stand.store(await sqlite('bad'))
    const { code, stdout, stderr } = await stand.run('db', 'restore', '--version', good.slice(0, 12), '--yes')
    expect(code).toBe(0)
    expect(await current()).toBe('good')
    const listed = await versions()
    expect(listed.versions).toHaveLength(3)
    expect(listed.versions[0]).toMatchObject({
      id: stdout.trim(),
      isCurrent: true,
      origin: { reason: 'restore', parent: good },
    })
    const undo = /To undo it: storyarch (.*)/.exec(stderr)?.[1] ?? ''
    expect(undo).toBe(`db restore --version ${bad}`)
    expect((await stand.run(...undo.split(' '), '--yes')).code).toBe(0)
    expect(await current()).toBe('bad')
  })

  test('lets go of the lock, and leaves it as the last up did', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.store(await sqlite('bad'))
    await stand.run('db', 'restore', '--version', good, '--yes')
    const { Item } = await stand.aws
      .client(DynamoDBClient)
      .send(new GetItemCommand({ TableName: BACKEND.table, Key: { task_id: { S: 'lock' } } }))
    expect(Item).toMatchObject({ unfinished: { BOOL: false }, serial: { N: '1' } })
    expect(Item?.['lease_owner']).toBeUndefined()
  })

  test('undeletes', async () => {
    const only = await stand.store(await sqlite('only'))
    await stand.aws.client(S3Client).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    const backup = await stand.run('db', 'backup')
    expect(backup.code).toBe(1)
    expect(backup.stderr).toContain(`storyarch db restore --version ${only}`)
    expect((await stand.run('db', 'restore', '--version', only, '--yes')).code).toBe(0)
    expect(await current()).toBe('only')
  })

  test('refuses a broken version, and changes nothing', async () => {
    const bad = await stand.store(await broken())
    const good = await stand.store(await sqlite('good'))
    const { code, stderr } = await stand.run('db', 'restore', '--version', bad, '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain(`Version ${bad} is no sound database:`)
    expect((await versions()).versions[0].id).toBe(good)
  })

  test.each([
    ['an empty file', ''],
    ['a file that is shorter than any database', 'x'],
  ])('refuses %s, which SQLite opens as a database without tables', async (_, content) => {
    const empty = await stand.store(Buffer.from(content))
    await stand.store(await sqlite('good'))
    const { code, stderr } = await stand.run('db', 'restore', '--version', empty, '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain(`Version ${empty} is no sound database:`)
    expect(await current()).toBe('good')
  })

  test('refuses what is not what the agent stored, by its sha256', async () => {
    const other = await stand.store(await sqlite('other'), { 'sa-sha256': '0'.repeat(64) })
    await stand.store(await sqlite('good'))
    const { code, stderr } = await stand.run('db', 'restore', '--version', other, '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain(`Version ${other} came damaged`)
    expect(await current()).toBe('good')
  })

  test('refuses while the backend runs, and stops it first with --stop', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.store(await sqlite('bad'))
    await stand.put({ state: 'READY', generation: 5, started_at: Math.floor(Date.now() / 1000) })
    const refused = await stand.run('db', 'restore', '--version', good, '--yes')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('The backend is READY (generation 5)')
    expect(refused.stderr).toContain('--stop')
    const running = stand.start('db', 'restore', '--version', good, '--yes', '--stop')
    await expect.poll(async () => (await stand.item())['state']?.S, { timeout: 15_000 }).toBe('STOPPING')
    const saved = await stand.store(await sqlite('last write'))
    await stand.put({ state: 'ASLEEP' })
    const { code, stderr } = await running.ended
    expect(code).toBe(0)
    expect(await current()).toBe('good')
    expect(stderr).toContain(`To undo it: storyarch db restore --version ${saved}`)
  })

  test('need not wait until the table has heard of the end that ECS has seen', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.store(await sqlite('bad'))
    const task = await runTask(stand.aws)
    await stand.put({ state: 'STOPPING', generation: 5, task_arn: task })
    expect((await stand.run('db', 'restore', '--version', good, '--yes')).code).toBe(1)
    const ecs = stand.aws.client(ECSClient)
    await ecs.send(new StopTaskCommand({ cluster: BACKEND.cluster, task }))
    const stopped = async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: BACKEND.cluster, tasks: [task] }))
      return tasks?.[0]?.lastStatus
    }
    await expect.poll(stopped, { timeout: 15_000 }).toBe('STOPPED')
    expect((await stand.run('db', 'restore', '--version', good, '--yes')).code).toBe(0)
    expect(await current()).toBe('good')
  })

  test('brings back what the running backend began with', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.put({ state: 'READY', generation: 5, started_at: Math.floor(Date.now() / 1000) })
    const refused = await stand.run('db', 'restore', '--version', good, '--yes')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--stop')])
    const running = stand.start('db', 'restore', '--version', good, '--yes', '--stop')
    await expect.poll(async () => (await stand.item())['state']?.S, { timeout: 15_000 }).toBe('STOPPING')
    await stand.store(await sqlite('a mistake'))
    await stand.put({ state: 'ASLEEP' })
    expect((await running.ended).code).toBe(0)
    expect(await current()).toBe('good')
  })

  test('gives way to a version that was stored while it worked', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.store(await sqlite('bad'))
    const others = await sqlite('of somebody else')
    let raced = false
    intercept = async ({ operation }) => {
      if (operation === 'CopyObject' && !raced) {
        raced = true
        await stand.store(others)
      }
      return undefined
    }
    const { code, stderr } = await stand.run('db', 'restore', '--version', good, '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain(
      'Somebody stored another version of the database meanwhile; nothing was changed.',
    )
    expect(await current()).toBe('of somebody else')
  })

  test('knows its own copy again when the answer to it got lost', async () => {
    const good = await stand.store(await sqlite('good'))
    const bad = await stand.store(await sqlite('bad'))
    let lost = false
    intercept = ({ operation }, phase) => {
      if (operation !== 'CopyObject' || phase === 'before' || lost) return undefined
      lost = true
      return 'drop'
    }
    const { code, stdout, stderr } = await stand.run('db', 'restore', '--version', good, '--yes')
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`restore --version ${bad}`) })
    const listed = await versions()
    expect(listed.versions).toHaveLength(3)
    expect(listed.versions[0]).toMatchObject({ id: stdout.trim(), origin: { parent: good } })
  })

  test('is done already where the version is the current one; unknown ones are named', async () => {
    const only = await stand.store(await sqlite('only'))
    const already = await stand.run('db', 'restore', '--version', only, '--yes')
    expect(already.code).toBe(0)
    expect(already.stderr).toContain('It is the current one already')
    const unknown = await stand.run('db', 'restore', '--version', 'zzz', '--yes')
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain(only)
    expect((await stand.run('db', 'restore', '--yes')).code).toBe(64)
    // An unset variable in a script; it is the start of every id.
    expect((await stand.run('db', 'restore', '--version', '', '--yes')).code).toBe(64)
    expect((await versions()).versions).toHaveLength(1)
  })

  test('asks: nobody there means no', async () => {
    const good = await stand.store(await sqlite('good'))
    await stand.store(await sqlite('bad'))
    const { code, stderr } = await stand.run('db', 'restore', '--version', good)
    expect(code).toBe(64)
    expect(stderr).toContain('--yes')
    expect(await current()).toBe('bad')
  })
})

describe('db backup', () => {
  test('saves the current version under a name of stack and time, and nothing else', async () => {
    await stand.store(await sqlite('before'))
    const bytes = await sqlite('now')
    await stand.store(bytes)
    const { code, stdout } = await stand.run('db', 'backup')
    expect(code).toBe(0)
    const file = stdout.trim()
    expect(file).toMatch(/^stand-test-\d{8}T\d{6}Z\.sqlite3$/)
    expect(Buffer.compare(await readFile(join(stand.folder, file)), Buffer.from(bytes))).toBe(0)
    expect((await readdir(stand.folder)).toSorted()).toEqual(['app', file, 'storyarch.yaml'])
  })

  test('overwrites only with --yes, and never with something broken', async () => {
    await stand.store(await sqlite('good'))
    const path = join(stand.folder, 'mine.sqlite3')
    await writeFile(path, 'mine')
    expect((await stand.run('db', 'backup', 'mine.sqlite3')).code).toBe(64)
    expect(await readFile(path, 'utf8')).toBe('mine')
    await stand.store(await broken())
    const { code, stderr } = await stand.run('db', 'backup', 'mine.sqlite3', '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain('is broken:')
    expect(await readFile(path, 'utf8')).toBe('mine')
    await stand.store(await sqlite('better'))
    const saved = await stand.run('db', 'backup', 'mine.sqlite3', '--yes', '--json')
    expect(JSON.parse(saved.stdout)).toMatchObject({ version: 1, type: 'db-backup', file: 'mine.sqlite3' })
    expect(await wordIn(await readFile(path))).toBe('better')
    expect(await readdir(stand.folder)).not.toContainEqual(expect.stringMatching(/^\./))
  })

  test('of no database, and into no folder: says what to do', async () => {
    const none = await stand.run('db', 'backup')
    expect(none.code).toBe(1)
    expect(none.stderr).toContain('There is no database in s3://stand-database-test/db.sqlite3 yet.')
    await stand.store(await sqlite('good'))
    const nowhere = await stand.run('db', 'backup', 'no/such/folder/x.sqlite3')
    expect(nowhere.code).toBe(1)
    expect(nowhere.stderr).toContain('cannot be written to (ENOENT)')
    await mkdir(join(stand.folder, 'no'))
    expect(existsSync(join(stand.folder, 'no/such'))).toBe(false)
    const folder = await stand.run('db', 'backup', 'no', '--yes')
    expect(folder.code).toBe(64)
    expect(folder.stderr).toContain('no is a folder.')
  })
})

describe('choosing a version', () => {
  const version = (id: string) => ({ id, atMs: 0, bytes: 1, etag: '', isCurrent: false })

  test('any start that names one version names that one; a whole id always does', () => {
    const ids = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(ids, fc.nat(), fc.nat(6), (all, which, length) => {
        const id = all[which % all.length] ?? ''
        const listed = { current: null, versions: all.map(version), deleteMarkers: [] }
        expect(chooseVersion(listed, id).id).toBe(id)
        const start = id.slice(0, length)
        const named = all.filter(other => other.startsWith(start))
        if (named.length === 1) expect(chooseVersion(listed, start).id).toBe(named[0])
        else if (!all.includes(start)) expect(() => chooseVersion(listed, start)).toThrow('is the start of')
      }),
    )
  })

  test('a delete marker is none', () => {
    const listed = { current: null, versions: [], deleteMarkers: [{ id: 'gone', atMs: 0, isCurrent: true }] }
    expect(() => chooseVersion(listed, 'gone')).toThrow('is a delete marker')
  })
})

test('a backup is named after stack and moment', () => {
  expect(backupName('notes/dev', Date.UTC(2026, 10, 26, 11, 7, 21, 5))).toBe(
    'notes-dev-20261126T110721Z.sqlite3',
  )
})
