import { expect, test } from 'vitest'
import { runInNode } from './runInNode.ts'

test.for([
  ['an alarm', { Records: [{ Sns: { Message: '{"NewStateValue":"ALARM"}' } }] }, '{"NewStateValue":"ALARM"}'],
  ['a rule', { source: 'aws.ecs', 'detail-type': 'ECS Task State Change' }, 'ECS Task State Change'],
] as const)('woken by %s, it says so and does nothing', async ([, event, wokenBy]) => {
  const { path, body, logs } = await runInNode('task-monitor', event, {})
  expect(path).toBe('response')
  expect(body).toBeNull()
  expect(logs).toEqual([{ level: 'info', wokenBy, action: 'none' }])
})
