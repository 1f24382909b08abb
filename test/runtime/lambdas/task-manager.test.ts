import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { runInNode } from './runInNode.ts'
import { request, type StackOnAws, stackOnAws } from './stackOnAws.ts'

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

/** The function as it is deployed: its bundle in a process of its own, through Lambda's runtime API. */
const invoke = async (event: object, environment: Record<string, string> = {}) => {
  const { path, body, logs } = await runInNode('task-manager', event, {
    ...stack.environment,
    ...environment,
  })
  expect(path).toBe('response')
  const { statusCode, body: text } = body as { statusCode: number; body: string }
  return { statusCode, answer: JSON.parse(text), logs }
}

test('a backend that never ran is stopped; started, it is starting', async () => {
  const before = await invoke(request({ action: 'status' }))
  expect(before).toMatchObject({
    statusCode: 200,
    answer: { status: 'stopped', task_arn: null, ready: false },
  })
  const started = await invoke(request({}))
  const [task] = await stack.tasks()
  expect(started.answer).toMatchObject({ status: 'started', task_arn: task?.taskArn, generation: 1 })
  expect(started.logs).toContainEqual(
    expect.objectContaining({ level: 'info', message: 'starts', generation: 1 }),
  )
  expect((await invoke(request({}))).answer).toMatchObject({ status: 'starting', generation: 1 })
})

test('the token is the one in Parameter Store', async () => {
  const Name = '/storyarch/bundled/test/api-token'
  await aws
    .client(SSMClient)
    .send(new PutParameterCommand({ Name, Type: 'SecureString', Value: 'of the store' }))
  const asked = (authorization: string) =>
    invoke(request({ action: 'status' }, { headers: { authorization } }), {
      API_AUTH: 'token',
      API_TOKEN_PARAMETER: Name,
    })
  expect((await asked('Bearer guessed')).statusCode).toBe(401)
  await aws
    .client(SSMClient)
    .send(new PutParameterCommand({ Name, Type: 'SecureString', Value: 'known', Overwrite: true }))
  expect((await asked('Bearer known')).statusCode).toBe(200)
  const missing = { API_AUTH: 'token', API_TOKEN_PARAMETER: '/not/there' }
  const none = await invoke(request({}, { headers: { authorization: 'Bearer known' } }), missing)
  expect(none.statusCode).toBe(500)
})
