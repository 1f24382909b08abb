import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { readMetadata, taskMetadata } from '../../../src/runtime/container/taskMetadata.ts'

const TASK = { TaskARN: 'arn:of:the:task', Cluster: 'notes-dev', PullStartedAt: '2026-11-26T12:00:00.5Z' }

test('a task learns its name, its cluster and when its images came', () => {
  expect(readMetadata({ ...TASK, PullStoppedAt: '2026-11-26T12:00:09.123456789Z' })).toEqual({
    taskArn: 'arn:of:the:task',
    cluster: 'notes-dev',
    pullStartedMs: Date.UTC(2026, 10, 26, 12, 0, 0, 500),
    pullStoppedMs: Date.UTC(2026, 10, 26, 12, 0, 9, 123),
  })
  expect(readMetadata(TASK).pullStoppedMs).toBeNull()
  expect(readMetadata({ ...TASK, PullStartedAt: 'soon' }).pullStartedMs).toBeNull()
})

test.for([null, [], {}, { TaskARN: 7, Cluster: 'c' }, 'text'])(
  'an answer that names no task is none: %j',
  answer => expect(() => readMetadata(answer)).toThrow('neither its task nor its cluster'),
)

test('one bad answer passes', async () => {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    if (asked === 1) return response.writeHead(429).end('slow down')
    if (asked === 2) return request.destroy()
    response.end(JSON.stringify(TASK))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/x`
  expect((await taskMetadata(uri, new AbortController().signal)).taskArn).toBe('arn:of:the:task')
  expect(asked).toBe(3)
  server.close()
})
