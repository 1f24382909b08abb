import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storedOf } from '../../src/operations/database/databaseAfter.ts'
import type { Version, Versions } from '../../src/operations/database/version.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { runTask } from './runTask.ts'
import { BACKEND, openStand, type Stand, sqlite } from './stand.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let stand: Stand
const open = async (functions: boolean) => {
  emulator = await freshAws()
  stand = await openStand(emulator.endpoint, { functions })
}
const close = async () => {
  await stand.close()
  await emulator.close()
}

/** The machine may be busy. */
const WITHIN = { timeout: 15_000 }
const nowSeconds = () => Math.floor(Date.now() / 1000)
const stopping = () => expect.poll(async () => (await stand.item())['state']?.S, WITHIN).toBe('STOPPING')

describe('stop', () => {
  beforeEach(() => open(true))
  afterEach(close)

  test('is calm when the backend is asleep', async () => {
    const { code, stderr } = await stand.run('stop')
    expect(code).toBe(0)
    expect(stderr).toContain('The backend is asleep.')
    expect(stderr).toContain('There is no database yet.')
  })

  describe('of a backend that is asleep already', () => {
    const outcome = async () => {
      const { code, stdout } = await stand.run('stop', '--json')
      const events = stdout.trim().split('\n')
      const { database } = events.map(line => JSON.parse(line)).find(({ type }) => type === 'stopped')
      return { code, ...database }
    }
    const over = { state: 'ASLEEP', generation: 3, started_at: nowSeconds() - 60 }

    test('does not call stored what its agent could not store, until another version is', async () => {
      await stand.store(await sqlite('before'))
      await stand.put({ ...over, stopped_at: nowSeconds() + 60, exit_codes: { app: 0, agent: 1 } })
      expect(await outcome()).toMatchObject({ code: 1, outcome: 'unsure', exitCode: 1 })
      await stand.put({ stopped_at: nowSeconds() - 30 })
      expect(await outcome()).toMatchObject({ code: 0, outcome: 'unchanged' })
    })

    test('names the database that was put aside', async () => {
      await stand.store(await sqlite('of somebody else'))
      const Key = 'conflicts/20261126T110721Z-3/db.sqlite3'
      await stand.aws
        .client(S3Client)
        .send(new PutObjectCommand({ Bucket: BACKEND.database.bucket, Key, Body: await sqlite('its own') }))
      await stand.put({ ...over, stopped_at: nowSeconds() + 60, exit_codes: { app: 0, agent: 0 } })
      expect(await outcome()).toMatchObject({ code: 1, outcome: 'aside', aside: { key: Key } })
    })
  })

  test('waits until the task is over, and says as which version its database is stored', async () => {
    await stand.store(await sqlite('before'))
    await stand.put({ state: 'READY', generation: 3, started_at: nowSeconds() })
    const running = stand.start('stop')
    await stopping()
    expect((await stand.item())['stop_reason']?.S).toMatch(/^\S+ stopped it\.$/)
    const stored = await stand.store(await sqlite('after'))
    await stand.put({ state: 'ASLEEP' })
    const { code, stdout, stderr } = await running.ended
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain(`The database is stored as version ${stored}`)
  })

  test('of a start that has no task yet is no doubt: nobody has written to the database', async () => {
    const version = await stand.store(await sqlite('before'))
    await stand.put({ state: 'STARTING', generation: 3, started_at: nowSeconds() })
    const running = stand.start('stop')
    await stopping()
    await stand.put({ state: 'ASLEEP' })
    const { code, stderr } = await running.ended
    expect(stderr).toContain(`unchanged since version ${version}`)
    expect(code).toBe(0)
  })

  test('says so, and fails, when nobody says that the database was stored', async () => {
    const version = await stand.store(await sqlite('before'))
    await stand.put({ state: 'READY', generation: 3, started_at: nowSeconds() })
    const running = stand.start('stop', '--json')
    await stopping()
    await stand.put({ state: 'ASLEEP' })
    const { code, stdout } = await running.ended
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.find(({ type }) => type === 'stopped')).toMatchObject({
      wasAwake: true,
      generation: 3,
      database: { outcome: 'unsure', version: { id: version } },
    })
    expect(events.at(-1)).toMatchObject({ type: 'summary', exitCode: 1 })
    expect(code).toBe(1)
  })
})

describe('stop without a task monitor', () => {
  beforeEach(() => open(false))
  afterEach(close)

  test('records the cause and has ECS stop the task', async () => {
    const task = await runTask(stand.aws)
    await stand.put({ state: 'READY', generation: 2, task_arn: task, started_at: nowSeconds() })
    const { stderr } = await stand.run('stop')
    expect(stderr).toContain('The task monitor is not there; stopping the task without it.')
    const { tasks } = await stand.aws
      .client(ECSClient)
      .send(new DescribeTasksCommand({ cluster: BACKEND.cluster, tasks: [task] }))
    expect(tasks?.[0]).toMatchObject({
      lastStatus: 'STOPPED',
      stoppedReason: expect.stringMatching(/ stopped it\.$/),
    })
    expect(await stand.item()).toMatchObject({
      state: { S: 'STOPPING' },
      stop_cause: { S: 'asked' },
      stopped_by: { S: 'user' },
      want_again: { BOOL: false },
    })
  })

  test('a stack that is not there is named, with what to do', async () => {
    for (const words of [
      ['wake'],
      ['ping'],
      ['status', '-e', 'other'],
      ['stop', '-e', 'other'],
      ['logs', '-e', 'other'],
      ['logs', '--follow', '-e', 'other'],
      ['db', 'versions', '-e', 'other'],
      ['db', 'backup', '-e', 'other'],
    ]) {
      const { code, stdout, stderr } = await stand.run(...words)
      expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' })
      expect(stderr).toContain('There is no stack stand/')
      expect(stderr).toContain('storyarch up')
    }
  }, 60_000)
})

const version = (id: string): Version => ({ id, atMs: 0, bytes: 1, etag: id, isCurrent: true })
const versions = (current: Version | null): Versions => ({
  current,
  versions: current === null ? [] : [current],
  deleteMarkers: [],
})

describe('where the database is after a stop', () => {
  const old = versions(version('old'))
  const now = versions(version('new'))
  const none = versions(null)
  const aside = { why: 'conflict', key: 'conflicts/x/db.sqlite3', atMs: 1, bytes: 1 } as const
  const agent = (exitCode: number | null) => ({ hasAgent: true, exitCode, aside: null, appRan: true })
  const noAgent = { ...agent(null), hasAgent: false }

  test.each([
    ['saved', old, now, agent(0)],
    ['saved', none, now, agent(0)],
    ['unchanged', old, old, agent(0)],
    ['none', none, none, agent(0)],
    // The agent's word counts: what it could not finish may still have left a version.
    ['unsure', old, now, agent(1)],
    ['unsure', old, old, agent(137)],
    ['unsure', old, old, agent(null)],
    ['unsure', old, old, noAgent],
    ['saved', old, now, noAgent],
    // It was stopped while its image came.
    ['unchanged', old, old, { ...agent(null), appRan: false }],
    ['none', none, none, { ...noAgent, appRan: false }],
    ['unsure', old, old, { ...agent(1), appRan: false }],
    ['aside', old, old, { ...agent(0), aside }],
    ['saved', old, now, { ...agent(0), aside }],
  ])('%s', (outcome, before, after, more) => {
    expect(storedOf({ before, after, ...more }).outcome).toBe(outcome)
  })
})
