import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ECSClient, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import type { Answer } from '../../../src/runtime/lambdas/answer.ts'
import type { Doors } from '../../../src/runtime/lambdas/doors.ts'
import { manageTask } from '../../../src/runtime/lambdas/manageTask.ts'
import { monitorTask } from '../../../src/runtime/lambdas/monitorTask.ts'
import { startedBy } from '../../../src/runtime/lifecycle/startedBy.ts'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { type StackOnAws, stackOnAws } from './stackOnAws.ts'

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
  stack = await stackOnAws(aws, emulator.endpoint, `monitored-${++made}`)
})

const ALARM = { Records: [{ Sns: { Message: '{"AlarmName":"inactive","NewStateValue":"ALARM"}' } }] }
const DIRECT_ALARM = {
  source: 'aws.cloudwatch',
  alarmData: { alarmName: 'inactive', state: { value: 'ALARM' } },
}
const SWEEP = { source: 'aws.events', 'detail-type': 'Scheduled Event' }

const tell = async (event: unknown, changes: Partial<Doors> = {}) => {
  const doors = { ...stack.doors(), ...changes }
  await monitorTask(event, stack.place, doors)
  return doors.logged
}

const now = () => Date.now() / 1000
const at = (seconds: number) => ({ N: String(Math.floor(now() + seconds)) })

/** A task as the manager starts it, in the state that `fields` say. */
const running = async (fields: Parameters<StackOnAws['put']>[0]): Promise<string> => {
  const { task_arn } = (await manageTask({ action: 'start' }, { mode: 'none' }, stack.doors())) as Answer
  await stack.put({ ...(await stack.item()), ...fields })
  return task_arn ?? ''
}

const ready = (expiresInSeconds: number) => ({ state: { S: 'READY' }, expires_at: at(expiresInSeconds) })

const desired = async () => (await stack.tasks()).map(({ desiredStatus }) => desiredStatus)

/** Runs a task of the family behind the functions' back. */
const run = (by?: string) => {
  const { SUBNETS = '', SECURITY_GROUPS = '' } = stack.environment
  const awsvpcConfiguration = { subnets: SUBNETS.split(','), securityGroups: [SECURITY_GROUPS] }
  return aws.client(ECSClient).send(
    new RunTaskCommand({
      cluster: stack.place.cluster,
      taskDefinition: stack.place.family,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration },
      ...(by === undefined ? {} : { startedBy: by }),
    }),
  )
}

const ended = (taskArn: string, detail: object = {}) => ({
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  detail: {
    clusterArn: `arn:aws:ecs:us-east-1:000000000000:cluster/${stack.place.cluster}`,
    group: `family:${stack.place.family}`,
    taskArn,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'app', exitCode: 1 }],
    ...detail,
  },
})

describe('the alarm', () => {
  test.for([
    ['through SNS', ALARM],
    ['as a direct action', DIRECT_ALARM],
  ])('%s stops what is expired, and says why', async ([, event]) => {
    const taskArn = await running(ready(-30))
    await tell(event)
    expect(await desired()).toEqual(['STOPPED'])
    const [task] = await stack.tasks()
    expect(task?.stoppedReason).toBe('Nobody asked for it for 300 s.')
    expect(await stack.item()).toMatchObject({
      state: { S: 'STOPPING' },
      task_arn: { S: taskArn },
      stop_cause: { S: 'idle' },
      stopped_by: { S: 'alarm' },
      stop_reason: { S: 'Nobody asked for it for 300 s.' },
    })
  })

  test('is not trusted when somebody pinged', async () => {
    await running(ready(100))
    await tell(ALARM)
    expect(await desired()).toEqual(['RUNNING'])
    expect(await stack.item()).toMatchObject({ state: { S: 'READY' } })
  })

  test('a moment too early, it waits: there will be no second one', async () => {
    await running(ready(15))
    let clock = now()
    const slept: number[] = []
    const sleep = async (seconds: number) => {
      slept.push(seconds)
      clock += seconds
    }
    await tell(ALARM, { now: () => clock, sleep })
    expect(slept).toHaveLength(1)
    expect(await desired()).toEqual(['STOPPED'])
  })

  test('a ping that comes while it waits wins', async () => {
    await running(ready(15))
    let clock = now()
    const sleep = async (seconds: number) => {
      await manageTask({ action: 'ping' }, { mode: 'none' }, stack.doors())
      clock += seconds
    }
    await tell(ALARM, { now: () => clock, sleep })
    expect(await desired()).toEqual(['RUNNING'])
  })

  test('at the first deploy, where nothing runs, does nothing', async () => {
    await tell(ALARM)
    expect(await stack.item()).toEqual({})
  })
})

describe('the sweep', () => {
  test.for([
    ['expired', ready(-30), 'idle'],
    ['too old', { state: { S: 'READY' }, started_at: at(-4000), expires_at: at(-400) }, 'max-lifetime'],
    ['late in starting', { started_at: at(-300) }, 'failed-start'],
  ] as const)('stops what is %s', async ([, fields, cause]) => {
    await running(fields)
    await tell(SWEEP)
    expect(await desired()).toEqual(['STOPPED'])
    expect(await stack.item()).toMatchObject({ state: { S: 'STOPPING' }, stop_cause: { S: cause } })
  })

  test('stops strangers and older generations, and lets the current one live', async () => {
    const taskArn = await running({ ...ready(100), generation: { N: '2' } })
    await run()
    await run(startedBy(stack.environment['STACK'] ?? '', 1))
    await run('storyarch/other/test/2')
    await tell(SWEEP)
    const tasks = await stack.tasks()
    expect(tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')).toMatchObject([{ taskArn }])
    const reasons = tasks.flatMap(({ stoppedReason }) => stoppedReason ?? [])
    expect(reasons.filter(reason => /storyarch did not start it/.test(reason))).toHaveLength(2)
    expect(reasons.filter(reason => /of generation 1; the table is at 2/.test(reason))).toHaveLength(1)
    expect(await stack.item()).toMatchObject({ state: { S: 'READY' } })
  })

  test('stops all the strangers even when one cannot be stopped', async () => {
    await run()
    await run()
    let refused = 0
    intercept = ({ operation }, phase) =>
      operation === 'StopTask' && phase === 'before' && refused++ === 0
        ? new AwsError('ClientException', 'no')
        : undefined
    await expect(tell(SWEEP)).rejects.toThrow('no')
    expect((await desired()).sort()).toEqual(['RUNNING', 'STOPPED'])
  })

  test('gives a start whose answer was lost its task', async () => {
    const taskArn = await running({})
    const { task_arn: _, ...nameless } = await stack.item()
    await stack.put(nameless)
    await tell(SWEEP)
    expect(await stack.item()).toMatchObject({ state: { S: 'STARTING' }, task_arn: { S: taskArn } })
    expect(await desired()).toEqual(['RUNNING'])
  })

  test('asks again for a task that was never asked for', async () => {
    await stack.put({
      state: { S: 'STARTING' },
      generation: { N: '4' },
      started_at: at(-60),
      launch_at: at(-60),
      expires_at: at(200),
    })
    await tell(SWEEP)
    const [task] = await stack.tasks()
    expect(task?.startedBy).toBe(`storyarch/${stack.environment['STACK']}/4`)
    expect(await stack.item()).toMatchObject({ task_arn: { S: task?.taskArn } })
  })

  test('stops it whatever it was stopped for: ECS takes no more than 255 characters', async () => {
    await running({ state: { S: 'STOPPING' }, stop_reason: { S: 'x'.repeat(500) }, stopping_at: at(-60) })
    await tell(SWEEP)
    expect(await stack.tasks()).toMatchObject([{ desiredStatus: 'STOPPED', stoppedReason: 'x'.repeat(255) }])
  })

  test('stops what the table calls stopping and ECS does not', async () => {
    await running({ state: { S: 'STOPPING' }, stop_reason: { S: 'For a reason.' }, stopping_at: at(-60) })
    await tell(SWEEP)
    expect(await stack.tasks()).toMatchObject([{ desiredStatus: 'STOPPED', stoppedReason: 'For a reason.' }])
  })

  test('notes a task that ECS does not know any more', async () => {
    const task_arn = { S: 'arn:aws:ecs:us-east-1:000000000000:task/gone/1' }
    const life = { generation: { N: '4' }, task_arn, started_at: at(-400), launch_at: at(-400) }
    await stack.put({ ...ready(100), ...life })
    await tell(SWEEP)
    expect(await stack.item()).toMatchObject({ state: { S: 'ASLEEP' }, stop_cause: { S: 'ended' } })
  })

  test('does not take for gone what one part of ECS does not know and another lists', async () => {
    await running({ ...ready(100), started_at: at(-400), launch_at: at(-400) })
    const { ecs } = stack.doors()
    await tell(SWEEP, { ecs: { ...ecs, describe: async () => [] } })
    expect(await stack.item()).toMatchObject({ state: { S: 'READY' } })
  })

  test('does not touch a task so young that ECS may not know it yet', async () => {
    const task_arn = { S: 'arn:aws:ecs:us-east-1:000000000000:task/new/1' }
    const life = { generation: { N: '4' }, task_arn, started_at: at(-5), launch_at: at(-5) }
    await stack.put({ ...ready(100), ...life })
    const before = await stack.item()
    await tell(SWEEP)
    expect(await stack.item()).toEqual(before)
  })
})

describe('the end of a task', () => {
  test('is recorded with its exit codes, and once', async () => {
    const taskArn = await running(ready(100))
    await tell(ended(taskArn))
    const item = await stack.item()
    expect(item).toMatchObject({
      state: { S: 'ASLEEP' },
      generation: { N: '1' },
      stop_cause: { S: 'ended' },
      stopped_by: { S: 'ecs' },
      stop_reason: { S: 'Container app ended with exit code 1.' },
      exit_codes: { M: { app: { N: '1' } } },
      sessions: { L: [{ M: { generation: { N: '1' }, stop_cause: { S: 'ended' } } }] },
    })
    const logged = await tell(ended(taskArn))
    expect(logged).toContainEqual(expect.objectContaining({ message: 'a task ended: stale' }))
    expect(await stack.item()).toEqual(item)
  })

  test.for([
    [
      'image',
      { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: not found', containers: [] },
    ],
    ['database', { containers: [{ name: 'restore', exitCode: 1 }, { name: 'app' }] }],
    [
      'app',
      {
        containers: [
          { name: 'restore', exitCode: 0 },
          { name: 'app', exitCode: 3 },
        ],
      },
    ],
    [
      'capacity',
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'Capacity is unavailable at this time.',
        containers: [],
      },
    ],
  ] as const)('before it was ready is a failed start: %s', async ([failure, detail]) => {
    const taskArn = await running({})
    await tell(ended(taskArn, detail))
    expect(await stack.item()).toMatchObject({ state: { S: 'ASLEEP' }, failure: { S: failure } })
    const answer = await manageTask({ action: 'status' }, { mode: 'none' }, stack.doors())
    expect(answer).toMatchObject({ status: 'failed', failure })
  })

  test('starts the next generation for who came meanwhile', async () => {
    const taskArn = await running({
      state: { S: 'STOPPING' },
      stop_cause: { S: 'idle' },
      want_again: { BOOL: true },
    })
    await aws.client(ECSClient).send(new StopTaskCommand({ cluster: stack.place.cluster, task: taskArn }))
    await tell(ended(taskArn))
    expect(await stack.item()).toMatchObject({ state: { S: 'STARTING' }, generation: { N: '2' } })
    const alive = (await stack.tasks()).filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
    expect(alive).toMatchObject([{ startedBy: `storyarch/${stack.environment['STACK']}/2` }])
  })

  test('of an older task, another family or another cluster changes nothing', async () => {
    const taskArn = await running(ready(100))
    const before = await stack.item()
    await tell(ended('arn:aws:ecs:us-east-1:000000000000:task/x/older'))
    await tell(ended(taskArn, { group: 'family:other' }))
    await tell(ended(taskArn, { clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/other' }))
    await tell(ended(taskArn, { lastStatus: 'RUNNING' }))
    expect(await stack.item()).toEqual(before)
  })
})

describe('what is not understood', () => {
  test.for<[string, unknown]>([
    ['nothing', null],
    ['text', 'hello'],
    ['an empty event', {}],
    [
      'an alarm that is well again',
      { Records: [{ Sns: { Message: '{"AlarmName":"a","NewStateValue":"OK"}' } }] },
    ],
    ['an alarm without a name', { Records: [{ Sns: { Message: '{"NewStateValue":"ALARM"}' } }] }],
    ['a message that is no JSON', { Records: [{ Sns: { Message: 'ALARM!' } }] }],
    ['a message that is null', { Records: [{ Sns: { Message: 'null' } }] }],
    ['records of another kind', { Records: [{ s3: {} }, null] }],
    ['an event without detail', { source: 'aws.ecs', 'detail-type': 'ECS Task State Change' }],
    ['another schedule', { source: 'aws.events', 'detail-type': 'Something' }],
    ['an unknown action', { action: 'start' }],
  ])('%s is logged and changes nothing', async ([, event]) => {
    await running(ready(-30))
    const before = await stack.item()
    const logged = await tell(event)
    expect(logged).toContainEqual(expect.objectContaining({ level: 'warn' }))
    expect(await stack.item()).toEqual(before)
    expect(await desired()).toEqual(['RUNNING'])
  })
})

describe('asked to stop', () => {
  test('it stops, says who asked, and pings do not bring it back', async () => {
    await running(ready(100))
    await tell({ action: 'stop', by: 'the owner' })
    expect(await desired()).toEqual(['STOPPED'])
    await manageTask({ action: 'ping' }, { mode: 'none' }, stack.doors())
    expect(await stack.item()).toMatchObject({
      state: { S: 'STOPPING' },
      stop_cause: { S: 'asked' },
      stop_reason: { S: 'the owner stopped it.' },
    })
    expect(await stack.item()).not.toHaveProperty('want_again')
    await manageTask({ action: 'start' }, { mode: 'none' }, stack.doors())
    expect(await stack.item()).toMatchObject({ want_again: { BOOL: true } })
  })

  test('asleep, it stays so', async () => {
    await tell({ action: 'stop' })
    expect(await stack.item()).toEqual({})
  })
})

test('the lease of `up` in the same table is not touched', async () => {
  const lock = { task_id: { S: 'lock' }, serial: { N: '7' }, lease_owner: { S: 'me' } }
  const { cluster: TableName } = stack.place
  await aws.client(DynamoDBClient).send(new PutItemCommand({ TableName, Item: lock }))
  const taskArn = await running(ready(-30))
  await tell(ALARM)
  await tell(ended(taskArn))
  await tell(SWEEP)
  expect(await stack.item('lock')).toEqual(lock)
})
