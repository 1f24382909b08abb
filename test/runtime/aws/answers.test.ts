import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listTasks } from '../../../src/runtime/aws/ecs.ts'
import { type Aws, openAws } from '../../../src/runtime/aws/openAws.ts'

let body = ''
let aws: Aws
const server = createServer((_, response) => response.end(body))
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const env = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  const patience = { attempts: 1, pauseMs: 1, deniedAttempts: 1 }
  aws = openAws(env, { patience, timeoutMs: 5_000, onRetry: () => {} })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.for([
  ['', {}],
  ['{}', {}],
  ['{"taskArns":["a"],"nextToken":null}', { taskArns: ['a'] }],
  ['{"taskArns":null,"more":{"inner":null}}', { more: {} }],
] as const)('what %j does not tell is absent, be it null', async ([told, read]) => {
  body = told
  const answer = await listTasks(aws, { cluster: 'c' }, AbortSignal.timeout(5_000))
  expect(answer).toStrictEqual(read)
})
