import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { unseen } from '../../src/operations/logs/followLogs.ts'
import { type LogEvent, merged } from '../../src/operations/logs/logEvent.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { start } from '../cli/storyarch.ts'
import { openStand, type Stand } from './stand.ts'

describe('storyarch logs', () => {
  let emulator: Awaited<ReturnType<typeof freshAws>>
  let stand: Stand
  let intercept: Intercept
  beforeEach(async () => {
    intercept = () => undefined
    emulator = await freshAws((call, phase) => intercept(call, phase))
    stand = await openStand(emulator.endpoint, { functions: false })
  })
  afterEach(async () => {
    await stand.close()
    await emulator.close()
  })

  test('merges by time, names who wrote each line, and leaves out what is older', async () => {
    const now = Date.now()
    await stand.log(
      'task',
      'task/app/1',
      [now - 3_600_000, 'long ago'],
      [now - 3000, 'listening'],
      [now - 1000, 'GET /'],
    )
    await stand.log('task', 'task/agent/1', [now - 4000, '{"level":"info","event":"restored","bytes":4096}'])
    await stand.log('manager', 'x', [now - 2001, 'START RequestId: 1'], [now - 2000, 'REPORT RequestId: 1'])
    const { code, stdout } = await stand.run('logs')
    expect(code).toBe(0)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => line.slice(13)),
    ).toEqual([
      'agent   restored  bytes=4096',
      'app     listening',
      'manager REPORT RequestId: 1',
      'app     GET /',
    ])
    const all = await stand.run('logs', 'task', '--since', '2h', '--json')
    const events = all.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.map(({ type, source, message }) => [type, source, message])).toEqual([
      ['log', 'app', 'long ago'],
      ['log', 'agent', '{"level":"info","event":"restored","bytes":4096}'],
      ['log', 'app', 'listening'],
      ['log', 'app', 'GET /'],
    ])
  })

  test('leaves at Ctrl-C, however much there is still to read', async () => {
    const { promise: reading, resolve: read } = Promise.withResolvers<void>()
    const running = stand.start('logs', '--since', '30d')
    intercept = async ({ operation }) => {
      if (operation !== 'FilterLogEvents') return undefined
      read()
      // A page that takes its time: longer than anybody is there.
      await running.ended
      return undefined
    }
    await reading
    running.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  })

  test('--follow goes on with what is written, late lines too and none twice, until Ctrl-C', async () => {
    const now = Date.now()
    await stand.log('task', 'task/app/1', [now - 1000, 'one'])
    const running = stand.start('logs', '--follow', '--json')
    const messages: string[] = []
    for await (const line of createInterface({ input: running.stdout })) {
      messages.push(JSON.parse(line).message)
      if (messages.length === 1) {
        await stand.log('task', 'task/app/1', [now, 'two'])
        await stand.log('monitor', 'x', [now - 20_000, 'late'])
      }
      if (messages.length === 3) break
    }
    running.kill('SIGINT')
    running.stdout.resume()
    expect(messages.toSorted()).toEqual(['late', 'one', 'two'])
    const { code, stdout } = await running.ended
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'summary',
      writes: 0,
      exitCode: 130,
    })
    expect(code).toBe(130)
  })

  test.each(['logs --follow', 'status --watch'])('%s ends when nobody reads it any more', async line => {
    await stand.log('task', 'task/app/1', [Date.now() - 1000, 'one'])
    const options = { cwd: stand.folder, env: stand.env, readerLeaves: true }
    expect(await start(line.split(' '), options).ended).toMatchObject({ code: 0, signal: null })
  })

  test('says where to look when nothing was logged, and what --since means', async () => {
    const nothing = await stand.run('logs', 'task')
    expect(nothing).toMatchObject({ code: 0, stdout: '' })
    expect(nothing.stderr).toContain('nothing was logged in the last 10 min')
    const wrong = await stand.run('logs', '--since', 'yesterday')
    expect(wrong.code).toBe(64)
    expect(wrong.stderr).toContain('--since yesterday is no length of time.')
  })
})

const events: fc.Arbitrary<LogEvent[]> = fc.array(
  fc.record({
    id: fc.nat(30).map(String),
    atMs: fc.nat(100),
    source: fc.constantFrom('app', 'agent'),
    stream: fc.constantFrom('a', 'b'),
    message: fc.constant(''),
  }),
)

describe('following', () => {
  test('shows every line once, however the polls overlap', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(100)), (all, cuts) => {
        const byKey = new Map(all.map(event => [`${event.stream} ${event.id}`, event]))
        const unique = [...byKey.values()]
        let shown: ReadonlyMap<string, number> = new Map()
        const told: LogEvent[] = []
        for (const visible of [...cuts.map(cut => unique.slice(0, cut)), unique]) {
          const turn = unseen(visible, shown, 0)
          shown = turn.shown
          told.push(...turn.fresh)
        }
        expect(told.toSorted(byId)).toEqual(unique.toSorted(byId))
      }),
    )
  })

  test('forgets what no poll can bring again', () => {
    const event = (id: string, atMs: number): LogEvent => ({
      id,
      atMs,
      source: 'app',
      stream: 'a',
      message: '',
    })
    const { shown } = unseen([event('1', 10), event('2', 50)], new Map(), 0)
    expect([...unseen([event('3', 60)], shown, 40).shown.keys()]).toEqual(['a 2', 'a 3'])
  })
})

const byId = (a: LogEvent, b: LogEvent) => `${a.stream} ${a.id}`.localeCompare(`${b.stream} ${b.id}`)

test('merging keeps each log in its own order', () => {
  fc.assert(
    fc.property(events, events, (one, two) => {
      const sorted = [one, two].map(log => log.toSorted((a, b) => a.atMs - b.atMs))
      const all = merged(sorted)
      expect(all).toHaveLength(one.length + two.length)
      for (const log of sorted) expect(all.filter(event => log.includes(event))).toEqual(log)
      expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    }),
  )
})
