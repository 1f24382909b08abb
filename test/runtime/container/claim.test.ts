import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Item } from '../../../src/runtime/lifecycle/item.ts'
import { runAgent } from './agentProcess.ts'
import { databaseOf } from './databases.ts'
import { openStage, type Scene } from './stage.ts'

let stage: Awaited<ReturnType<typeof openStage>>
let scene: Scene
beforeAll(async () => {
  stage = await openStage()
})
beforeEach(async () => {
  stage.intercept = () => undefined
  scene = await stage.scene()
  await scene.put(databaseOf(['mine']))
})
afterEach(() => scene.clean())
afterAll(() => stage.close())

test('a task becomes the one of its generation before it has the database', async () => {
  const order: string[] = []
  stage.intercept = ({ operation }, phase) => {
    if (phase === 'after') order.push(operation)
    return undefined
  }
  expect((await runAgent('restore', scene.env)).code).toBe(0)
  expect(order).toEqual(['GetItem', 'UpdateItem', 'GetObject'])
  expect(await scene.table.task()).toMatchObject({ state: 'STARTING', taskArn: scene.taskArn })
})

test.for<[string, Item, RegExp]>([
  ['of an older generation', { generation: 8 }, /of generation 7; the table is at 8/],
  ['that is the second one', { task_arn: 'arn:of:the:first' }, /has the task arn:of:the:first/],
  ['of a start that was given up', { state: 'ASLEEP' }, /Generation 7 is ASLEEP/],
])('a task %s touches nothing and says why', async ([, item, why]) => {
  await scene.table.put(item)
  const before = await scene.table.task()
  const { code, events } = await runAgent('restore', scene.env)
  expect(code).toBe(75)
  expect(events).toMatchObject([{ level: 'error', event: 'fenced', why: expect.stringMatching(why) }])
  expect(existsSync(scene.path)).toBe(false)
  expect(await scene.table.task()).toEqual(before)
})

test('a task that was told to stop before it began brings no database', async () => {
  await scene.table.put({ state: 'STOPPING', task_arn: scene.taskArn, stop_reason: 'Somebody stopped it.' })
  const { code, events } = await runAgent('restore', scene.env)
  expect(code).toBe(75)
  expect(events).toMatchObject([{ event: 'fenced', why: expect.stringMatching(/Somebody stopped it/) }])
})

test('a task that the task manager did not start touches nothing', async () => {
  const { GENERATION, ...env } = scene.env
  const { code, events } = await runAgent('restore', env)
  expect(code).toBe(75)
  expect(events).toMatchObject([{ event: 'fenced', why: expect.stringMatching(/GENERATION/) }])
  expect(await scene.table.task()).toMatchObject({ taskArn: null })
})
