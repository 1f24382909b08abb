import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import type { Item, Value } from '../../../src/runtime/lifecycle/item.ts'
import { start } from '../../../src/runtime/lifecycle/start.ts'
import { step } from '../../../src/runtime/lifecycle/step.ts'
import { change, type TaskTable } from '../../../src/runtime/lifecycle/store.ts'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { type StackOnAws, stackOnAws } from '../lambdas/stackOnAws.ts'
import { NOW, SETTINGS } from './anyTask.ts'

let intercept: Intercept = () => undefined
let emulator: Awaited<ReturnType<typeof freshAws>>
let aws: ReturnType<typeof openWorld>['session']
let stack: StackOnAws
let table: TaskTable
beforeAll(async () => {
  emulator = await freshAws((...call) => intercept(...call))
  aws = openWorld(emulator.endpoint, 'us-east-1').session
  stack = await stackOnAws(aws, emulator.endpoint, 'stored')
  table = stack.doors().table
})
afterAll(async () => {
  aws.close()
  await emulator.close()
})

let ids = 0
const newId = () => `write-${ids++}`

const field = fc.constantFrom('state', 'generation', 'task_arn', 'expires_at', 'want_again', 'head')
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom('a', 'b', ''),
  fc.constantFrom(1, 2, 1_800_000_000.123),
  fc.boolean(),
)
const value: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  fc.array(scalar),
  fc.dictionary(fc.constantFrom('x', 'y'), scalar),
)

/** What a conditional write is meant to do: all expectations hold, or nothing happens. */
const model = (item: Item, write: Parameters<TaskTable['write']>[0]): Item | null => {
  const holds = Object.entries(write.expect).every(([name, is]) => (item[name] ?? null) === is)
  if (!holds) return null
  return Object.fromEntries(Object.entries({ ...item, ...write.set }).filter(([, is]) => is !== null)) as Item
}

describe('a conditional write', () => {
  test('does in DynamoDB what it is meant to do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(field, fc.option(scalar), { maxKeys: 4, noNullPrototype: true }),
        fc.dictionary(field, fc.option(value), { minKeys: 1, noNullPrototype: true }),
        fc.boolean(),
        async (guess, set, informed) => {
          const before = await table.read()
          const known = Object.fromEntries(Object.keys(guess).map(name => [name, scalarOr(before[name])]))
          const write = { expect: informed ? known : guess, set }
          const meant = model(before, write)
          // DynamoDB wants at least one condition where there is a ConditionExpression.
          if (Object.keys(write.expect).length === 0) return
          expect(await table.write(write)).toEqual(meant === null ? before : null)
          expect(await table.read()).toEqual(meant ?? before)
        },
      ),
      { numRuns: 150 },
    )
  })
})

const scalarOr = (value: Value | undefined): Value | null =>
  value === undefined || typeof value === 'object' ? null : value

describe('a change', () => {
  test('that loses is decided again on what stands there now', async () => {
    await stack.put({ generation: { N: '1' }, state: { S: 'ASLEEP' } })
    let asked = 0
    const { task } = await change(table, newId, task => {
      asked += 1
      return step({ ...task, generation: task.generation + 10 }, 'counted')
    })
    expect({ asked, generation: task.generation }).toEqual({ asked: 1, generation: 11 })
    const rival = async () => {
      await stack.put({ generation: { N: '100' }, state: { S: 'ASLEEP' } })
    }
    const racing: TaskTable = {
      read: () => table.read(),
      write: async write => {
        if (asked === 2) await rival()
        return table.write(write)
      },
    }
    const again = await change(racing, newId, task => {
      asked += 1
      return step({ ...task, generation: task.generation + 10 }, 'counted')
    })
    expect({ asked, generation: again.task.generation }).toEqual({ asked: 3, generation: 110 })
  })

  test('whose answer got lost knows its own write', async () => {
    await stack.put({})
    const seen: string[] = []
    intercept = ({ operation }, phase) => {
      if (operation !== 'UpdateItem') return undefined
      seen.push(phase)
      return phase === 'after' ? 'drop' : undefined
    }
    const { outcome } = await change(table, newId, task => start(task, { by: 'me' }, NOW, SETTINGS))
    intercept = () => undefined
    expect(outcome).toBe('started')
    // The second was refused: its condition had been true before the first.
    expect(seen).toEqual(['before', 'after', 'before'])
    expect(await stack.item()).toMatchObject({ generation: { N: '1' } })
  })

  test('of nothing writes nothing', async () => {
    await stack.put({ state: { S: 'READY' } })
    intercept = ({ operation }) =>
      operation === 'UpdateItem' ? new AwsError('ClientException', 'no') : undefined
    expect((await change(table, newId, task => step(task, 'same'))).outcome).toBe('same')
    intercept = () => undefined
  })

  test('that is always overtaken ends in an error', async () => {
    await stack.put({ generation: { N: '1' } })
    let others = 1
    const racing: TaskTable = {
      read: () => table.read(),
      write: async write => {
        await stack.put({ generation: { N: String(++others) } })
        return table.write(write)
      },
    }
    const count = change(racing, newId, task => step({ ...task, generation: task.generation + 1 }, 'counted'))
    await expect(count).rejects.toThrow('changed under each of')
  })

  test('takes a null, which other means write for what is not there, for nothing', async () => {
    const none = { NULL: true } as const
    await stack.put({ task_arn: none, started_at: none, expires_at: none, want_again: none })
    const { outcome } = await change(table, newId, task => start(task, { by: 'me' }, NOW, SETTINGS))
    expect(outcome).toBe('started')
    expect(await stack.item()).toMatchObject({ state: { S: 'STARTING' }, generation: { N: '1' } })
  })

  test('leaves the other items of the table, and the fields of others, alone', async () => {
    const lock = { task_id: { S: 'lock' }, serial: { N: '1' } }
    await aws.client(DynamoDBClient).send(new PutItemCommand({ TableName: stack.place.cluster, Item: lock }))
    await stack.put({ head: { S: 'v1' }, set: { SS: ['a'] } })
    await change(table, newId, task => start(task, { by: 'me' }, NOW, SETTINGS))
    expect(await stack.item()).toMatchObject({
      head: { S: 'v1' },
      set: { SS: ['a'] },
      state: { S: 'STARTING' },
    })
    expect(await stack.item('lock')).toEqual(lock)
  })
})
