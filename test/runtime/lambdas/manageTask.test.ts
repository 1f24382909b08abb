import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import type { Answer } from '../../../src/runtime/lambdas/answer.ts'
import type { Auth } from '../../../src/runtime/lambdas/authorize.ts'
import type { HttpResponse } from '../../../src/runtime/lambdas/http.ts'
import { manageTask } from '../../../src/runtime/lambdas/manageTask.ts'
import { monitorTask } from '../../../src/runtime/lambdas/monitorTask.ts'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { request, type StackOnAws, stackOnAws } from './stackOnAws.ts'

const OPEN: Auth = { mode: 'none' }

let intercept: Intercept
let emulator: Awaited<ReturnType<typeof freshAws>>
let aws: ReturnType<typeof openWorld>['session']
let stack: StackOnAws
let made = 0

beforeAll(async () => {
  emulator = await freshAws((...call) => intercept(...call))
  aws = openWorld(emulator.endpoint, 'us-east-1').session
})
afterAll(async () => {
  aws.close()
  await emulator.close()
})
beforeEach(async () => {
  intercept = () => undefined
  stack = await stackOnAws(aws, emulator.endpoint, `stack-${++made}`)
})

const ask = async (
  query: Record<string, string>,
  options: Parameters<typeof request>[1] = {},
  auth: Auth = OPEN,
  doors = stack.doors(),
) => {
  const { statusCode, headers, body } = (await manageTask(
    request(query, options),
    auth,
    doors,
  )) as HttpResponse
  const isJson = headers['content-type'] === 'application/json'
  return { statusCode, headers, body, answer: (isJson ? JSON.parse(body) : null) as Answer }
}

const inSeconds = (seconds: number) => ({ N: String(Math.floor(Date.now() / 1000) + seconds) })

describe('start', () => {
  test('starts a task, tells where it is and publishes the first ping', async () => {
    const { statusCode, headers, answer } = await ask({})
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'retry-after': '2' })
    const [task, ...others] = await stack.tasks()
    expect(others).toEqual([])
    expect(task).toMatchObject({
      startedBy: `storyarch/${stack.environment['STACK']}/1`,
      launchType: 'FARGATE',
    })
    expect(task?.overrides?.containerOverrides).toEqual([
      expect.objectContaining({ name: 'app', environment: [{ name: 'GENERATION', value: '1' }] }),
    ])
    expect(answer).toMatchObject({
      status: 'started',
      task_arn: task?.taskArn,
      message: 'Task starting. Please wait 30-60 seconds for it to be ready.',
      ready: false,
      generation: 1,
      failure: null,
    })
    expect(answer.public_ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(answer.url).toBe(`http://${answer.public_ip}:8000`)
    expect(await stack.item()).toMatchObject({
      state: { S: 'STARTING' },
      generation: { N: '1' },
      task_arn: { S: task?.taskArn },
      public_ip: { S: answer.public_ip },
      woken_by: { S: '192.0.2.7 curl/8' },
    })
    const { Metrics } = await aws
      .client(CloudWatchClient)
      .send(new ListMetricsCommand({ Namespace: stack.environment['METRIC_NAMESPACE'] }))
    expect(Metrics).toMatchObject([{ MetricName: 'TaskPing', Dimensions: [] }])
  })

  test('200 at once are one task, and one hears that it started it', async () => {
    const doors = stack.doors()
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask({}, {}, OPEN, doors)))
    expect(await stack.tasks()).toHaveLength(1)
    expect(answers.filter(({ answer }) => answer.status === 'started')).toHaveLength(1)
    expect(answers.filter(({ answer }) => answer.status === 'starting')).toHaveLength(199)
    expect((await stack.item())['generation']).toEqual({ N: '1' })
  })

  test('the answer of RunTask is lost: the task is the same when it is asked for again', async () => {
    let lost = 0
    intercept = ({ operation }, phase) =>
      operation === 'RunTask' && phase === 'after' && lost++ < 20 ? 'drop' : undefined
    const first = await ask({}, {}, OPEN, stack.doors({ addressSeconds: 0 }))
    expect(first.answer).toMatchObject({ status: 'started', task_arn: null })
    intercept = () => undefined
    const { now } = stack.doors()
    const later = await ask({ action: 'ping' }, {}, OPEN, stack.doors({ now: () => now() + 20 }))
    expect(later.answer.status).toBe('starting')
    const tasks = await stack.tasks()
    expect(tasks).toHaveLength(1)
    expect((await stack.item())['task_arn']).toEqual({ S: tasks[0]?.taskArn })
  })

  test('somebody stops it before ECS has named the task: it is stopped as soon as it has a name', async () => {
    const doors = stack.doors()
    const run: typeof doors.ecs.run = async wish => {
      const answer = await doors.ecs.run(wish)
      await monitorTask({ action: 'stop', by: 'me' }, stack.place, stack.doors())
      return answer
    }
    await ask({}, {}, OPEN, { ...doors, ecs: { ...doors.ecs, run } })
    expect(await stack.tasks()).toMatchObject([{ desiredStatus: 'STOPPED', stoppedReason: 'me stopped it.' }])
  })

  test.for([
    ['ClientException', "You've reached the limit on the number of vCPUs you can run concurrently", 'quota'],
    ['ClientException', 'Capacity is unavailable at this time. Please try again later', 'capacity'],
    ['InvalidParameterException', 'TaskDefinition is inactive', 'configuration'],
    ['AccessDeniedException', 'not authorized to perform: ecs:RunTask', 'configuration'],
  ] as const)('%s, %s: failed, and says why', async ([code, message, failure]) => {
    intercept = ({ operation }, phase) =>
      operation === 'RunTask' && phase === 'before' ? new AwsError(code, message) : undefined
    const { statusCode, headers, answer } = await ask({})
    expect(statusCode).toBe(503)
    expect(answer).toMatchObject({ status: 'failed', failure, task_arn: null, expires_at: null })
    expect(answer.message).toContain(message)
    expect(Number(headers['retry-after'])).toBeGreaterThan(5)
    // Pages ask again and again; the next try has to wait.
    intercept = () => undefined
    expect((await ask({})).answer).toMatchObject({ status: 'failed', failure })
    expect((await ask({ action: 'status' })).statusCode).toBe(200)
    expect(await stack.tasks()).toEqual([])
    expect(await stack.item()).toMatchObject({ state: { S: 'ASLEEP' }, stop_cause: { S: 'failed-start' } })
  })

  test('without Spot capacity the task is asked for on demand', async () => {
    stack.environment['SPOT'] = 'true'
    intercept = ({ operation, input }, phase) =>
      operation === 'RunTask' && phase === 'before' && input['capacityProviderStrategy'] !== undefined
        ? new AwsError('ClientException', 'Capacity is unavailable at this time.')
        : undefined
    const { answer } = await ask({})
    expect(answer).toMatchObject({ status: 'started', generation: 2 })
    const tasks = await stack.tasks()
    expect(tasks).toHaveLength(1)
    expect(tasks[0]?.capacityProviderName).toBeUndefined()
    expect((await stack.item())['capacity']).toEqual({ S: 'FARGATE' })
  })

  test('with Spot capacity it runs there', async () => {
    stack.environment['SPOT'] = 'true'
    expect((await ask({})).answer).toMatchObject({ status: 'started', generation: 1 })
    expect(await stack.tasks()).toMatchObject([{ capacityProviderName: 'FARGATE_SPOT' }])
  })

  test('a task that runs lives on', async () => {
    await stack.put({
      state: { S: 'READY' },
      generation: { N: '7' },
      task_arn: { S: 'arn:aws:ecs:us-east-1:000000000000:task/x/1' },
      public_ip: { S: '203.0.113.7' },
      started_at: inSeconds(-100),
      expires_at: inSeconds(20),
    })
    const { answer, headers } = await ask({}, { method: 'POST' })
    expect(answer).toMatchObject({
      status: 'running',
      ready: true,
      generation: 7,
      url: 'http://203.0.113.7:8000',
    })
    expect(Number(answer.expires_at)).toBeGreaterThan(Date.now() / 1000 + 290)
    expect(headers).not.toHaveProperty('retry-after')
    expect(await stack.tasks()).toEqual([])
  })

  test('while a start that failed stops, it promises no other', async () => {
    const failed = { stop_cause: { S: 'failed-start' }, failure: { S: 'unhealthy' } }
    const task = { generation: { N: '7' }, task_arn: { S: 'arn:aws:ecs:us-east-1:000000000000:task/x/1' } }
    await stack.put({ state: { S: 'STOPPING' }, ...task, ...failed })
    expect((await ask({})).answer).toMatchObject({
      status: 'stopping',
      message: 'The backend is stopping.',
    })
  })

  test('while it stops, the next start is noted', async () => {
    const expires_at = inSeconds(-20)
    await stack.put({
      state: { S: 'STOPPING' },
      generation: { N: '7' },
      expires_at,
      stop_cause: { S: 'idle' },
    })
    expect((await ask({ action: 'ping' })).answer).toMatchObject({ status: 'stopping', retry_after: 2 })
    expect(await stack.item()).toMatchObject({ want_again: { BOOL: true }, expires_at })
  })
})

test('no more is asked of AWS than it takes', async () => {
  const calls: string[] = []
  intercept = ({ operation }, phase) => {
    if (phase === 'before') calls.push(operation)
    return undefined
  }
  // A second later: two pings within one are one write.
  let later = 0
  const asked = async (action: string) => {
    calls.length = 0
    const { now } = stack.doors()
    const seconds = later++
    await ask({ action }, {}, OPEN, stack.doors({ now: () => now() + seconds }))
    return calls.toSorted().join(' ')
  }
  expect(await asked('start')).toBe(
    'DescribeNetworkInterfaces DescribeTasks GetItem PutMetricData RunTask UpdateItem UpdateItem UpdateItem',
  )
  expect(await asked('ping')).toBe('GetItem PutMetricData UpdateItem')
  expect(await asked('status')).toBe('GetItem')
})

describe('ping and status', () => {
  test('a ping wakes nobody', async () => {
    expect((await ask({ action: 'ping' })).answer).toMatchObject({ status: 'stopped', generation: 0 })
    expect(await stack.item()).toEqual({})
  })

  test('status writes nothing', async () => {
    const item = { state: { S: 'READY' }, generation: { N: '1' }, expires_at: inSeconds(10) }
    await stack.put(item)
    expect((await ask({ action: 'status' })).answer).toMatchObject({ status: 'running', public_ip: null })
    expect(await stack.item()).toEqual({ task_id: { S: 'main' }, ...item })
  })

  test('a table that cannot be read is an answer too, and is logged', async () => {
    stack.environment['TABLE_NAME'] = 'not-there'
    const doors = stack.doors()
    const { statusCode, answer } = await ask({ action: 'status' }, {}, OPEN, doors)
    expect(statusCode).toBe(500)
    expect(answer).toMatchObject({ status: 'failed' })
    expect(doors.logged).toContainEqual(expect.objectContaining({ level: 'error' }))
  })
})

test.for([['none'], ['jwt']] as const)(
  'a preflight that reaches it is let pass, and wakes nobody: %s',
  async ([mode]) => {
    const { statusCode } = await ask({}, { method: 'OPTIONS' }, { mode })
    expect(statusCode).toBe(204)
    expect(await stack.item()).toEqual({})
  },
)

describe('what is not understood changes nothing', () => {
  test.for([
    ['another method', {}, { method: 'DELETE' }, 405],
    ['HEAD', {}, { method: 'HEAD' }, 405],
    ['an unknown action', { action: 'destroy' }, {}, 400],
    ['two actions', { action: 'ping,status' }, {}, 400],
    ['an empty action', { action: '' }, {}, 400],
    ['a name that objects have', { action: 'constructor' }, {}, 400],
    ['a huge query', { action: 'start', x: 'x'.repeat(2000) }, {}, 414],
  ] as const)('%s', async ([, query, options, status]) => {
    const { statusCode, headers, answer } = await ask({ ...query }, options)
    expect(statusCode).toBe(status)
    expect(answer.status).toBe('failed')
    expect(answer.message).not.toBe('')
    if (status === 405) expect(headers['allow']).toBe('GET, POST')
    expect(await stack.item()).toEqual({})
    expect(await stack.tasks()).toEqual([])
  })

  test('parameters of others are let be', async () => {
    expect((await ask({ action: 'status', _: '123' })).statusCode).toBe(200)
  })
})

describe('the token', () => {
  const auth: Auth = { mode: 'token', expected: async () => 'right-token' }
  const bearing = (authorization: string) => ({ headers: { authorization } })

  test.for([
    ['none', {}],
    ['a wrong one', bearing('Bearer wrong-token')],
    ['a longer one', bearing('Bearer right-token-and-more')],
    ['another scheme', bearing('Basic cmlnaHQ=')],
    ['an empty one', bearing('Bearer ')],
    ['none of either', bearing('')],
  ] as const)('%s is refused, and nothing happens', async ([, options]) => {
    const { statusCode, headers, answer } = await ask({}, options, auth)
    expect(statusCode).toBe(401)
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(answer).toMatchObject({ status: 'failed', task_arn: null })
    expect(await stack.item()).toEqual({})
  })

  test('the right one opens', async () => {
    expect((await ask({ action: 'status' }, bearing('Bearer right-token'), auth)).statusCode).toBe(200)
    expect((await ask({ action: 'status' }, bearing('bearer right-token'), auth)).statusCode).toBe(200)
  })

  test('the right one opens, though a file ended its value with a line break', async () => {
    const written: Auth = { mode: 'token', expected: async () => 'right-token\n' }
    expect((await ask({ action: 'status' }, bearing('Bearer right-token'), written)).statusCode).toBe(200)
  })

  const unreadable = (): Promise<string> => Promise.reject(new Error('ParameterNotFound'))
  const empty = async (): Promise<string> => ''
  const blank = async (): Promise<string> => '\n'
  test.for([
    ['cannot be read', unreadable],
    ['is empty', empty],
    ['is only a line break', blank],
  ] as const)('one that %s opens to nobody', async ([, expected]) => {
    const { statusCode, answer } = await ask({}, bearing('Bearer right-token'), { mode: 'token', expected })
    expect(statusCode).toBe(500)
    expect(answer.message).not.toContain('right-token')
    expect(await stack.item()).toEqual({})
  })

  test('a route that lost its JWT authorizer does not open', async () => {
    expect((await ask({}, {}, { mode: 'jwt' })).statusCode).toBe(401)
    const event = request({ action: 'status' })
    const authorizer = { jwt: { claims: { sub: 'me' } } }
    const admitted = { ...event, requestContext: { ...event.requestContext, authorizer } }
    expect(await manageTask(admitted, { mode: 'jwt' }, stack.doors())).toMatchObject({ statusCode: 200 })
  })
})

describe('invoked directly, behind IAM', () => {
  test('it answers barely, whatever the API asks for', async () => {
    const auth: Auth = { mode: 'token', expected: async () => 'token' }
    const answer = await manageTask({ action: 'start', by: 'me\n' }, auth, stack.doors())
    expect(answer).toMatchObject({ status: 'started', generation: 1 })
    expect((await stack.item())['woken_by']).toEqual({ S: 'me' })
  })

  test.for([[{}], [null], [{ action: 'explode' }], ['start'], [{ requestContext: {} }]])(
    '%j is refused',
    async ([event]) => {
      expect(await manageTask(event, OPEN, stack.doors())).toMatchObject({ status: 'failed' })
      expect(await stack.item()).toEqual({})
    },
  )
})

describe('a browser', () => {
  const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

  test('gets a page that waits, of itself alone', async () => {
    const { statusCode, headers, body } = await ask({}, browser)
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '') ?? []
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body).toContain(`<script nonce="${nonce}">`)
    expect(body).not.toMatch(/https?:\/\/(?!\d)/)
    expect(await stack.tasks()).toHaveLength(1)
  })

  test('is forwarded once the app answers', async () => {
    await stack.put({
      state: { S: 'READY' },
      generation: { N: '1' },
      public_ip: { S: '203.0.113.7' },
      started_at: inSeconds(-5),
      expires_at: inSeconds(200),
    })
    expect(await ask({}, browser)).toMatchObject({
      statusCode: 303,
      headers: { location: 'http://203.0.113.7:8000' },
    })
  })

  test('sees text of others as text', async () => {
    await stack.put({
      state: { S: 'ASLEEP' },
      generation: { N: '1' },
      failure: { S: 'app' },
      failed_starts: { N: '1' },
      stopped_at: inSeconds(0),
      stop_reason: { S: `<script>alert(1)</script>"'&` },
    })
    const { statusCode, body } = await ask({}, browser)
    expect(statusCode).toBe(503)
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;')
  })
})
