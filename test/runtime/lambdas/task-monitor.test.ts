import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { runInNode } from './runInNode.ts'
import { type StackOnAws, stackOnAws } from './stackOnAws.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let aws: ReturnType<typeof openWorld>['session']
let stack: StackOnAws
beforeAll(async () => {
  emulator = await freshAws()
  aws = openWorld(emulator.endpoint, 'us-east-1').session
  stack = await stackOnAws(aws, emulator.endpoint, 'bundled')
})
afterAll(async () => {
  aws.close()
  await emulator.close()
})

test('the deployed bundle sweeps', async () => {
  await stack.put({ state: { S: 'STARTING' }, generation: { N: '3' }, started_at: { N: '1000' } })
  const event = { source: 'aws.events', 'detail-type': 'Scheduled Event' }
  const { path, body, logs } = await runInNode('task-monitor', event, stack.environment)
  expect({ path, body }).toEqual({ path: 'response', body: null })
  expect(logs).toContainEqual({ level: 'info', message: 'sweeps' })
  expect(await stack.item()).toMatchObject({
    state: { S: 'ASLEEP' },
    generation: { N: '3' },
    failure: { S: 'lost' },
    stopped_by: { S: 'sweep' },
  })
})
