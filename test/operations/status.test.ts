import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { BACKEND, openStand, type Stand, sqlite } from './stand.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let stand: Stand
let intercept: Intercept = () => undefined
beforeEach(async () => {
  intercept = () => undefined
  emulator = await freshAws((call, phase) => intercept(call, phase))
  stand = await openStand(emulator.endpoint, { functions: false })
})
afterEach(async () => {
  await stand.close()
  await emulator.close()
})

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** Of a task that ran before: what the item's record holds. */
const SESSION = {
  generation: 6,
  woken_by: 'alice',
  started_at: 1_795_000_000,
  ready_at: 1_795_000_041,
  stopped_at: 1_795_000_700,
  stop_reason: 'Nobody asked for it for 300 s.',
  timings: { schedule: 8200, pull: 30_000, database: 600, app: 2100 },
}

const running = () => ({
  state: 'READY',
  generation: 7,
  woken_by: 'bob',
  started_at: nowSeconds() - 60,
  ready_at: nowSeconds() - 20,
  expires_at: nowSeconds() + 250,
  url: 'http://127.0.0.1:9',
  sessions: [SESSION],
})

test('one screen tells backend, sessions, database, addresses, and what drifted', async () => {
  const up = await stand.run('up', '--yes', '--adopt')
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining('done in')])
  await stand.put(running())
  const version = await stand.store(await sqlite('x'), { 'sa-reason': 'stop', 'sa-generation': '6' })
  await stand.aws
    .client(CloudWatchLogsClient)
    .send(new PutRetentionPolicyCommand({ logGroupName: BACKEND.logGroups.task, retentionInDays: 1 }))
  await stand.aws.client(CloudWatchClient).send(new DeleteAlarmsCommand({ AlarmNames: [BACKEND.alarm] }))

  const { code, stdout } = await stand.run('status')
  expect(code).toBe(0)
  for (const line of [
    /^ {2}READY {2}stops in (4 min|3 min \d+ s).* unless pinged, generation 7$/m,
    /^ {2}woken by bob 1 min ago$/m,
    /^ {2}cold start 40 s$/m,
    /^ +6 {2}\d+ days ago, lived 11 min$/m,
    /^ +cold start 41 s: schedule 8.2 s, pull 30 s, database 0.6 s, app 2.1 s$/m,
    /^ +woken by alice; Nobody asked for it for 300 s\.$/m,
    new RegExp(`^ {2}\\* ${version.slice(0, 12)} .* 8\\.2 kB {2}stop of task 6$`, 'm'),
    /^ {2}start https?:\S+\/start$/m,
    /^ {2}- alarm\/task-inactive {2}missing$/m,
    /^ {2}~ logGroup\/task {2}drifted: changed outside storyarch: retentionDays$/m,
    /per running hour/,
  ])
    expect(stdout).toMatch(line)

  const told = JSON.parse((await stand.run('status', '--json')).stdout)
  expect(told).toMatchObject({
    version: 1,
    type: 'status',
    stack: 'stand/test',
    backend: { state: 'READY', generation: 7, wokenBy: 'bob', sessions: [{ generation: 6 }] },
    database: { versions: [{ id: version, isCurrent: true }] },
    alarm: null,
    unreadable: {},
  })
  const moved = told.resources.filter(({ moved }: { moved: string | null }) => moved !== null)
  expect(moved.map(({ id, health, moved }: Record<string, string>) => [id, health, moved])).toEqual(
    expect.arrayContaining([
      ['alarm/task-inactive', 'missing', 'drift'],
      ['logGroup/task', 'ready', 'drift'],
    ]),
  )
}, 60_000)

test('what cannot be read is said, the rest is shown; exit code 1', async () => {
  intercept = ({ operation }) =>
    operation === 'ListObjectVersions'
      ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
      : undefined
  await stand.put(running())
  const { code, stdout } = await stand.run('status')
  expect(code).toBe(1)
  expect(stdout).toContain('database could not be read: AWS denied access: Access Denied.')
  expect(stdout).toContain('READY')
})

test('a terminal that has no size gets whole lines', async () => {
  for (const [name, value] of Object.entries(stand.env)) vi.stubEnv(name, value)
  await stand.put(running())
  const out: string[] = []
  const code = await main(['status', '-m', join(stand.folder, 'storyarch.yaml')], {
    stdin: Readable.from([]),
    stdout: { isTTY: true, columns: 0, write: text => out.push(text) },
    stderr: { write: () => true },
    env: stand.env,
    directory: '.',
    now: Date.now,
    interrupted: new AbortController().signal,
  })
  vi.unstubAllEnvs()
  expect(code).toBe(0)
  expect(out.join('')).toContain('generation 7')
})

test('sources that are not here are no reason to show nothing', async () => {
  await rm(join(stand.folder, 'app'), { recursive: true })
  const { code, stdout, stderr } = await stand.run('status')
  expect(code).toBe(0)
  expect(stderr).toContain('Content is not compared:')
  expect(stdout).toContain('ASLEEP')
})

test('--watch --json tells each change once, until Ctrl-C', async () => {
  const watching = stand.start('status', '--watch', '--json')
  const states: string[] = []
  for await (const line of createInterface({ input: watching.stdout })) {
    const { backend } = JSON.parse(line)
    if (backend === null || backend.state === states.at(-1)) continue
    states.push(backend.state)
    if (states.length === 1) await stand.put({ state: 'STARTING', generation: 1, started_at: nowSeconds() })
    if (states.length === 2) await stand.put(running())
    if (states.length === 3) break
  }
  watching.kill('SIGINT')
  watching.stdout.resume()
  expect(states).toEqual(['ASLEEP', 'STARTING', 'READY'])
  const { code, stdout } = await watching.ended
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'summary', exitCode: 130 })
  expect(code).toBe(130)
})

test('--watch ends by a Ctrl-C that comes before there is anything to watch', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  intercept = async ({ operation }, phase) => {
    if (operation !== 'GetCallerIdentity' || phase !== 'before') return undefined
    begin()
    await told
    return undefined
  }
  const watching = stand.start('status', '--watch', '--json')
  await begun
  watching.kill('SIGINT')
  tell()
  const { code, stdout } = await watching.ended
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'summary', exitCode: 130 })
  expect(code).toBe(130)
})

test('--watch in a log is one line for each change', async () => {
  const watching = stand.start('status', '--watch')
  const lines: string[] = []
  for await (const line of createInterface({ input: watching.stdout })) {
    lines.push(line)
    if (lines.length === 1) await stand.put(running())
    if (lines.length === 2) break
  }
  watching.kill('SIGTERM')
  expect(lines).toEqual([
    expect.stringMatching(/Z {2}ASLEEP {2}never woken$/),
    expect.stringMatching(/Z {2}READY {2}stops in .*generation 7/),
  ])
  expect((await watching.ended).code).toBe(130)
})
