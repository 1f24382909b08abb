import { describe, expect, test } from 'vitest'
import { type AgentTools, takeTurn, verdict, withoutTable } from '../../../src/runtime/lifecycle/agentTurn.ts'
import { changedFields, type Item, taskOf } from '../../../src/runtime/lifecycle/item.ts'
import type { TaskTable } from '../../../src/runtime/lifecycle/store.ts'
import { NEVER_RAN, type Task } from '../../../src/runtime/lifecycle/task.ts'
import { NOW, SETTINGS, task } from './anyTask.ts'

const ME = { generation: 3, taskArn: 'arn:a' }
const UNUSED = { connections: 0, busyUntil: null }
const READY = task({ state: 'READY', generation: 3, taskArn: 'arn:a', startedAt: NOW, expiresAt: NOW + 300 })

/** A table of one item in memory. */
const memory = (start: Task): TaskTable & { task: () => Task } => {
  let item: Item = changedFields(NEVER_RAN, start) as Item
  return {
    task: () => taskOf(item),
    read: async () => item,
    write: async ({ expect: expected, set }) => {
      if (Object.entries(expected).some(([field, value]) => (item[field] ?? null) !== value)) return item
      item = Object.fromEntries(
        Object.entries({ ...item, ...set }).filter(([, value]) => value !== null),
      ) as Item
      return null
    },
  }
}

const tools = (table: TaskTable, now: number, silent = 0): AgentTools & { pings: number } => {
  const made = {
    pings: 0,
    table,
    newId: () => 'one',
    now: () => now,
    silentSeconds: () => silent,
    publishPing: async () => void made.pings++,
    settings: SETTINGS,
    graceSeconds: 60,
  }
  return made
}

describe("an agent's turn", () => {
  test('beats, and serves', async () => {
    const table = memory(READY)
    expect(await takeTurn(ME, UNUSED, tools(table, NOW + 20))).toEqual({ act: 'serve' })
    expect(table.task()).toEqual({ ...READY, heartbeatAt: NOW + 20 })
  })

  test('of a used app keeps it alive, by table and metric', async () => {
    const table = memory(READY)
    const used = tools(table, NOW + 290)
    expect(await takeTurn(ME, { connections: 1, busyUntil: null }, used)).toEqual({ act: 'serve' })
    expect(table.task().expiresAt).toBe(NOW + 590)
    expect(used.pings).toBe(1)
  })

  test('goes on when the ping cannot be published', async () => {
    const broken = { ...tools(memory(READY), NOW), publishPing: () => Promise.reject(new Error('throttled')) }
    expect(await takeTurn(ME, { connections: 1, busyUntil: null }, broken)).toEqual({ act: 'serve' })
  })

  test('leaves an expired task to alarm and sweep for a while, and then ends it', async () => {
    const table = memory(READY)
    expect(await takeTurn(ME, UNUSED, tools(table, NOW + 369))).toEqual({ act: 'serve' })
    expect(await takeTurn(ME, UNUSED, tools(table, NOW + 371))).toEqual({
      act: 'stop',
      why: 'Nobody asked for it for 300 s.',
      mayStore: true,
      ecsKnows: false,
    })
    expect(table.task()).toMatchObject({ state: 'STOPPING', stoppedBy: 'agent', stopCause: 'idle' })
  })

  test('learns that somebody else decided', async () => {
    const stopping = memory({ ...READY, state: 'STOPPING', stopReason: 'The owner stopped it.' })
    expect(await takeTurn(ME, UNUSED, tools(stopping, NOW))).toMatchObject({
      act: 'stop',
      why: 'The owner stopped it.',
    })
  })

  test.for<[string, Task]>([
    ['a younger generation', { ...READY, generation: 4 }],
    ['another task', { ...READY, taskArn: 'arn:b' }],
  ])('of a task that %s replaced ends it, and it may store nothing', async ([, there]) => {
    const table = memory(there)
    expect(await takeTurn(ME, UNUSED, tools(table, NOW + 9999))).toMatchObject({
      act: 'stop',
      mayStore: false,
    })
    expect(table.task()).toEqual(there)
  })

  test('of a task that was given up as lost ends it, but what it has may be stored', () => {
    expect(verdict({ ...READY, state: 'ASLEEP' }, ME)).toMatchObject({ act: 'stop', mayStore: true })
  })

  test('without the table: waits, then freezes the app, then leaves', async () => {
    const table: TaskTable = { ...memory(READY), read: () => Promise.reject(new Error('no network')) }
    expect(await takeTurn(ME, UNUSED, tools(table, NOW, 10))).toEqual({ act: 'serve' })
    expect(await takeTurn(ME, UNUSED, tools(table, NOW, 30))).toMatchObject({ act: 'freeze' })
    expect(await takeTurn(ME, UNUSED, tools(table, NOW, 400))).toMatchObject({ act: 'stop' })
    expect(withoutTable(0)).toEqual({ act: 'serve' })
  })
})
