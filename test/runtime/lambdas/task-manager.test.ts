import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { table } from '../../../src/provisioners/table.ts'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { making } from '../../provisioners/making.ts'
import { runInNode } from './runInNode.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let aws: ReturnType<typeof openWorld>['session']
beforeAll(async () => {
  emulator = await freshAws()
  aws = openWorld(emulator.endpoint, 'us-east-1').session
})
afterAll(async () => {
  aws.close()
  await emulator.close()
})

/** A table of its own, with the stack's item where there is one. */
const tableWith = async (name: string, item: Record<string, AttributeValue> | null): Promise<string> => {
  const props = { key: 'task_id', billing: 'PAY_PER_REQUEST', ttl: null, deletionProtection: false } as const
  await table.create(aws, name, props, {}, making())
  const Item = { task_id: { S: 'main' }, ...item }
  if (item !== null) await aws.client(DynamoDBClient).send(new PutItemCommand({ TableName: name, Item }))
  return name
}

const ask = async (TABLE_NAME: string, query: Record<string, string>) => {
  const { path, body, logs } = await runInNode(
    'task-manager',
    { version: '2.0', rawPath: '/start', queryStringParameters: query },
    {
      TABLE_NAME,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    },
  )
  expect(path).toBe('response')
  const { statusCode, headers, body: text } = body as { statusCode: number; headers: object; body: string }
  return { statusCode, headers, answer: JSON.parse(text), logs }
}

test('a backend that never ran is stopped', async () => {
  const { statusCode, headers, answer } = await ask(await tableWith('never-ran', null), { action: 'status' })
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({ 'content-type': 'application/json' })
  expect(answer).toMatchObject({ status: 'stopped', task_arn: null, public_ip: null, ready: false })
})

test('a running backend says where it is and until when', async () => {
  const name = await tableWith('running', {
    state: { S: 'READY' },
    generation: { N: '7' },
    task_arn: { S: 'arn:aws:ecs:us-east-1:123456789012:task/notes/1' },
    public_ip: { S: '203.0.113.7' },
    expires_at: { N: '1790000000' },
  })
  expect((await ask(name, { action: 'status' })).answer).toEqual({
    status: 'running',
    task_arn: 'arn:aws:ecs:us-east-1:123456789012:task/notes/1',
    public_ip: '203.0.113.7',
    message: 'The backend is running.',
    ready: true,
    generation: 7,
    expires_at: 1790000000,
  })
})

test('other actions are refused honestly', async () => {
  const { statusCode, answer } = await ask('not-even-asked', {})
  expect(statusCode).toBe(501)
  expect(answer).toMatchObject({ status: 'failed', task_arn: null, public_ip: null })
  expect(answer.message).toContain('only reports the status')
})

test('a table that cannot be read is an answer too, and is logged', async () => {
  const { statusCode, answer, logs } = await ask('not-there', { action: 'status' })
  expect(statusCode).toBe(500)
  expect(answer).toMatchObject({ status: 'failed' })
  expect(logs).toContainEqual(expect.objectContaining({ level: 'error', action: 'status' }))
})
