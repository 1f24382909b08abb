import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../running.ts'
import { createFunction, zipOf } from './functions.ts'

let aws: Running
let lambda: LambdaClient
beforeAll(async () => {
  aws = await Running.start()
  lambda = aws.client(LambdaClient)
})
afterAll(() => aws.stop())

const create = (name: string, code: string, more: object = {}) => createFunction(aws, name, code, more)

const invoke = async (FunctionName: string, event: unknown = {}) => {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  )
  return { answer: JSON.parse(Payload?.transformToString() ?? ''), error: FunctionError }
}

/** Answers when two have asked: only what runs at the same time gets past it. */
const meetingOfTwo = async () => {
  const waiting: ServerResponse[] = []
  const server = createServer((_, response) => {
    waiting.push(response)
    if (waiting.length === 2) for (const one of waiting) one.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('a function answers its event, with its environment around it', async () => {
  await create(
    'echo',
    `exports.handler = async (event, context) => ({ event, name: context.functionName, left: context.getRemainingTimeInMillis(),
       variable: process.env.GREETING, region: process.env.AWS_REGION, endpoint: process.env.AWS_ENDPOINT_URL })`,
    { Environment: { Variables: { GREETING: 'hello' } } },
  )
  const { answer, error } = await invoke('echo', { a: [1] })
  expect(error).toBeUndefined()
  expect(answer).toMatchObject({
    event: { a: [1] },
    name: 'echo',
    variable: 'hello',
    region: 'us-east-1',
    endpoint: aws.endpoint,
  })
  expect(answer.left).toBeGreaterThan(0)
})

test('a process is used again, one event at a time, until the code changes', async () => {
  const code = (version: number) =>
    `let count = 0
     exports.handler = async event => {
       if (event.meetAt) await fetch(event.meetAt)
       return { pid: process.pid, count: ++count, version: ${version} }
     }`
  await create('warm', code(1), { Timeout: 10 })
  const first = await invoke('warm')
  const second = await invoke('warm')
  expect([first.answer.count, second.answer.count]).toEqual([1, 2])
  expect(second.answer.pid).toBe(first.answer.pid)
  const meeting = await meetingOfTwo()
  const both = await Promise.all([
    invoke('warm', { meetAt: meeting.url }),
    invoke('warm', { meetAt: meeting.url }),
  ])
  meeting.close()
  expect(new Set(both.map(({ answer }) => answer.pid)).size).toBe(2)
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'warm', ZipFile: zipOf(code(2)) }))
  expect((await invoke('warm')).answer).toMatchObject({ version: 2, count: 1 })
})

test('what a handler throws is the answer of a failed function', async () => {
  await create('throws', `exports.handler = async () => { throw new TypeError('no') }`)
  const { answer, error } = await invoke('throws')
  expect(error).toBe('Unhandled')
  expect(answer).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' })
})

test('a function that is late is killed, and the next event finds a new process', async () => {
  await create(
    'slow',
    `exports.handler = async event => event.hang ? new Promise(() => setInterval(() => {}, 1e6)) : 'quick'`,
    { Timeout: 1 },
  )
  const { answer, error } = await invoke('slow', { hang: true })
  expect(error).toBe('Unhandled')
  expect(answer).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/),
  })
  expect((await invoke('slow')).answer).toBe('quick')
})

test('a process that ends and a handler that is not there are told in the words of Lambda', async () => {
  await create('exits', `exports.handler = async () => process.exit(3)`)
  expect((await invoke('exits')).answer.errorMessage).toMatch(/Runtime exited with error: exit status 3$/)
  await create('empty', `exports.other = 1`)
  expect((await invoke('empty')).answer).toMatchObject({ errorType: 'Runtime.HandlerNotFound' })
})

test('lines it prints stand between START and REPORT in its log group', async () => {
  await create(
    'talks',
    `exports.handler = async () => { console.log('two\\nlines'); console.error({ a: 1 }) }`,
  )
  await invoke('talks')
  const { events = [] } = await aws
    .client(CloudWatchLogsClient)
    .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/talks' }))
  expect(events.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^START RequestId: [\w-]+ Version: \$LATEST\n$/),
    expect.stringMatching(/\tINFO\ttwo\nlines\n$/),
    expect.stringMatching(/\tERROR\t\{ a: 1 \}\n$/),
    expect.stringMatching(/^END RequestId: [\w-]+\n$/),
    expect.stringMatching(/^REPORT RequestId: [\w-]+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t/),
  ])
  expect(events[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
})

test('a reserved concurrency of 0 refuses every event', async () => {
  await create('held', `exports.handler = async () => 1`)
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'held', ReservedConcurrentExecutions: 0 }),
  )
  await expect(invoke('held')).rejects.toThrow('Rate Exceeded.')
})

test('a payload that is no JSON is refused', async () => {
  await create('json', `exports.handler = async () => 1`)
  await expect(lambda.send(new InvokeCommand({ FunctionName: 'json', Payload: '{' }))).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
  })
})

test('a function of another region runs there', async () => {
  await create('home', `exports.handler = async () => 1`)
  const west = aws.client(LambdaClient, 'us-west-2')
  await west.send(
    new CreateFunctionCommand({
      FunctionName: 'west',
      Role: 'arn:aws:iam::123456789012:role/home',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf(`exports.handler = async () => process.env.AWS_REGION`) },
    }),
  )
  const { Payload } = await west.send(new InvokeCommand({ FunctionName: 'west' }))
  expect(Payload?.transformToString()).toBe('"us-west-2"')
  expect(aws.faults).toEqual([])
})
