import fc from 'fast-check'
import { type Board, newBoard } from '../../../src/cli/status/board.ts'
import type { BoardEvent } from '../../../src/cli/status/reduce.ts'
import type { LogEvent } from '../../../src/operations/logs/logEvent.ts'
import { phasesOf } from '../../../src/operations/phases.ts'
import type { BackendStatus, SessionStatus } from '../../../src/operations/status/backendStatus.ts'
import type { DatabaseStatus } from '../../../src/operations/status/databaseStatus.ts'
import type { StackStatus } from '../../../src/operations/status/stackStatus.ts'

const NOW = Date.UTC(2026, 10, 26)
const moment = fc.integer({ min: NOW - 1e9, max: NOW + 1e9 })
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null })
/** What others wrote, terminals' escapes and wide letters among it. */
const words = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constant('\x1b[2J\x1b[31m日本\r\n'),
)
const id = fc.constantFrom(
  'table/task-state',
  'bucket/database',
  'lambdaFunction/task-manager',
  'image/backend',
)

const session: fc.Arbitrary<SessionStatus> = fc.record({
  generation: fc.nat(99_999),
  wokenBy: maybe(words),
  startedAtMs: maybe(moment),
  readyAtMs: maybe(moment),
  stoppedAtMs: maybe(moment),
  stopReason: maybe(words),
  failure: maybe(words),
  coldStartMs: maybe(fc.nat(600_000)),
  phases: maybe(fc.dictionary(fc.constantFrom('schedule', 'pull', 'database', 'app'), fc.nat(60_000))),
})

export const anyBackend: fc.Arbitrary<BackendStatus> = fc
  .record({
    session,
    state: fc.constantFrom('ASLEEP', 'STARTING', 'READY', 'STOPPING'),
    taskArn: maybe(words),
    taskStatus: maybe(fc.constantFrom('PENDING', 'RUNNING')),
    url: maybe(words),
    expiresAtMs: maybe(moment),
    lastPingAtMs: maybe(moment),
    wantAgain: fc.boolean(),
    progress: fc.constant(phasesOf({ startedAt: NOW / 1000 - 5, readyAt: null }, null)),
    sessions: fc.array(session, { maxLength: 10 }),
  })
  .map(({ session, ...rest }): BackendStatus => ({ ...session, ...rest }))

const database: fc.Arbitrary<DatabaseStatus> = fc.record({
  bucket: fc.constant('b'),
  key: fc.constant('db.sqlite3'),
  versions: fc.array(
    fc.record({
      id: fc.string({ unit: fc.constantFrom('a', '1'), minLength: 32, maxLength: 32 }),
      atMs: moment,
      bytes: fc.nat(),
      etag: fc.constant('"e"'),
      isCurrent: fc.boolean(),
      origin: fc.record({
        reason: maybe(words),
        generation: maybe(words),
        sha256: fc.constant(null),
        parent: maybe(words),
      }),
    }),
    { maxLength: 20 },
  ),
  deleteMarkers: fc.array(fc.record({ id: fc.constant('m'), atMs: moment, isCurrent: fc.boolean() }), {
    maxLength: 2,
  }),
  aside: fc.array(
    fc.record({ why: fc.constantFrom('conflict', 'broken'), key: words, atMs: moment, bytes: fc.nat() }),
    { maxLength: 3 },
  ),
})

const stack: fc.Arbitrary<StackStatus> = fc.record({
  account: fc.constant('123456789012'),
  region: fc.constant('us-east-1'),
  resources: fc.array(
    fc.record({
      id,
      name: words,
      health: fc.constantFrom('ready', 'pending', 'ailing', 'missing'),
      why: maybe(words),
      moved: maybe(fc.constantFrom('manifest', 'drift', 'both', 'unknown')),
      paths: fc.array(words, { maxLength: 5 }),
    }),
    { maxLength: 40 },
  ),
  revisions: fc.array(
    fc.record({
      id,
      live: maybe(fc.constant('3f9c2b1a9')),
      sources: maybe(fc.constant('8a1b2c3d4-dirty')),
      isCurrent: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  outputs: fc.dictionary(fc.constantFrom('site_url', 'api_url', 'start_url'), fc.webUrl()),
  cost: fc.constant([]),
  interrupted: maybe(fc.record({ by: words, atMs: moment })),
})

export const logEvent: fc.Arbitrary<LogEvent> = fc.record({
  id: fc.uuid(),
  atMs: moment,
  source: fc.constantFrom('app', 'agent', 'manager'),
  stream: fc.constant('s'),
  message: words,
})

export const anyEvent: fc.Arbitrary<BoardEvent> = fc.oneof(
  fc.record({ type: fc.constant('tick' as const), nowMs: moment }),
  fc.record({
    type: fc.constant('read' as const),
    nowMs: moment,
    part: fc.oneof(
      anyBackend.map(backend => ({ backend })),
      database.map(database => ({ database })),
      stack.map(stack => ({ stack })),
      maybe(words).map(alarm => ({ alarm })),
    ),
  }),
  fc.record({
    type: fc.constant('unreadable' as const),
    part: fc.constantFrom('backend', 'stack', 'database', 'alarm'),
    why: words,
  }),
  fc.record({
    type: fc.constant('key' as const),
    key: fc.constantFrom('w', 'p', 's', 'y', 'n', 'l', 'x', 'S', '\x1b'),
  }),
  fc.record({
    type: fc.constant('did' as const),
    deed: fc.constantFrom('wake', 'ping', 'stop'),
    text: words,
    isBad: fc.boolean(),
  }),
  fc.record({ type: fc.constant('log failed' as const), why: words }),
  fc.record({ type: fc.constant('logged' as const), events: fc.array(logEvent, { maxLength: 20 }) }),
)

export const firstBoard = (hasBackend = true): Board => newBoard('notes/dev', hasBackend, NOW)
