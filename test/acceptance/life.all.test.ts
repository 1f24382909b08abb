import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CloudWatchClient, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs'
import { DisableRuleCommand, EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge'
import { DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingDjango } from '../examples/storyarchitectBackend.ts'
import { agentsOf, bringUp, freePort, type LivingBackend, type StartAnswer, within } from './livingBackend.ts'
import { localPlace, type Place } from './place.ts'

const LIFETIME_SECONDS = 30
/** The longest a task may live on after its last ping: alarm periods and clock margin, or the agent's patience. */
const BY_ALARM_SECONDS = LIFETIME_SECONDS + 60
const BY_SWEEP_SECONDS = LIFETIME_SECONDS + 10 + 60 + 30
const BY_AGENT_SECONDS = LIFETIME_SECONDS + 10 + 45 + 30

let place: Place
beforeAll(async () => {
  place = await localPlace()
})
afterAll(() => place.close())

/** One after the other: two that build and push at once only slow each other down. */
let ups: Promise<unknown> = Promise.resolve()

/** A stack of its own of an example: short-lived, on a port that is free. `more`: what else its backend says. */
const living = (
  example: string,
  project: string,
  startDeadline: string,
  more = '',
): Promise<LivingBackend> => {
  const up = ups.then(() => bringUpAs(example, project, startDeadline, more))
  ups = up.catch(() => undefined)
  return up
}

const bringUpAs = async (
  example: string,
  project: string,
  startDeadline: string,
  more: string,
): Promise<LivingBackend> => {
  const manifest = `manifests/${project}.yaml`
  const text = await readFile(join(place.folder, `manifests/${example}.yaml`), 'utf8')
  const edited = text
    .replace(/^project: .*$/m, `project: ${project}`)
    .replace(/^ {2}(lifetime|startDeadline): .*\n/gm, '')
    .replace(
      /^ {2}port: \d+$/m,
      `  port: ${await freePort()}\n  lifetime: ${LIFETIME_SECONDS}s\n  startDeadline: ${startDeadline}${more}`,
    )
  await writeFile(join(place.folder, manifest), edited)
  return bringUp(place, manifest)
}

const curl = async (...words: string[]): Promise<string> =>
  (await promisify(execFile)('curl', ['--silent', '--show-error', '--max-time', '30', ...words])).stdout

interface Example {
  readonly name: string
  readonly project: string
  readonly startDeadline: string
  readonly health: string
  readonly collection: string
  /** What a write says, and where a reader finds it. */
  readonly body: (text: string) => object
}

const EXAMPLES: readonly Example[] = [
  {
    name: 'notes',
    project: 'seed',
    startDeadline: '30s',
    health: '/health',
    collection: '/notes',
    body: text => ({ text }),
  },
  {
    name: 'storyarchitect',
    project: 'storyarchitect',
    startDeadline: '60s',
    health: '/health/',
    collection: '/api/stories/',
    body: title => ({ title }),
  },
]

/** "Testing the Setup" and the two sections it leans on, in the words of the project this one replaces. */
describe.for(EXAMPLES)('testing the setup of $name', example => {
  const missing = example.name === 'storyarchitect' ? missingDjango() : undefined
  test.skipIf(missing)(missing ?? 'start, health, ping, auto-shutdown, and the next start', async () => {
    const backend = await living(example.name, example.project, example.startDeadline)

    // 1. Test Backend Start
    const started: StartAnswer = JSON.parse(await curl(backend.startUrl))
    expect(started).toMatchObject({
      status: 'started',
      task_arn: expect.stringMatching(/^arn:aws:ecs:/),
      public_ip: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      message: 'Task starting. Please wait 30-60 seconds for it to be ready.',
    })

    // 2. and 3. Wait for Task to Start, Test Backend API
    const port = new URL(started.url ?? '').port
    const address = `http://${started.public_ip}:${port}`
    await within(20, 'the health path answers', () =>
      curl('--fail', `${address}${example.health}`).catch(() => undefined),
    )
    await backend.awaitReady()

    // 4. Extend Task Lifetime
    const before = (await backend.task()).expiresAt ?? 0
    const extended = await within(30, 'a ping that lengthens the life', async () => {
      const answer: StartAnswer = JSON.parse(await curl(`${backend.startUrl}?action=ping`))
      expect(answer.status).toBe('running')
      return (answer.expires_at ?? 0) > before ? answer : undefined
    })
    expect(extended.generation).toBe(1)
    await within(90, 'the alarm is calm', async () => {
      await backend.call('?action=ping')
      return (await backend.alarmState()) === 'OK' ? true : undefined
    })

    const written = `written last ${Math.random()}`
    const sent = await curl(
      '--fail',
      '-X',
      'POST',
      '-H',
      'content-type: application/json',
      '-d',
      JSON.stringify(example.body(written)),
      `${address}${example.collection}`,
    )
    expect(sent).toContain(written)

    // 5. Wait for Auto-Shutdown
    await within(BY_ALARM_SECONDS, 'the alarm goes to ALARM', async () =>
      (await backend.alarmState()) === 'ALARM' ? true : undefined,
    )
    const asleep = await backend.awaitState(BY_ALARM_SECONDS, 'ASLEEP')
    expect(asleep).toMatchObject({
      stopCause: 'idle',
      stoppedBy: 'alarm',
      exitCodes: { agent: 0, restore: 0 },
    })
    const ended = await backend.ecsTask(started.task_arn)
    expect(ended).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: asleep.stopReason })
    expect([0, 143]).toContain(asleep.exitCodes?.['app'])
    const versions = await backend.versions()
    expect(versions).toHaveLength(1)
    expect((await backend.database()).includes(written)).toBe(true)

    const again: StartAnswer = JSON.parse(await curl(backend.startUrl))
    expect(again).toMatchObject({ status: 'started', generation: 2 })
    expect(await curl('--fail', `${await backend.awaitReady()}${example.collection}`)).toContain(written)
    backend.aws.close()
  })
})

const awake = async (project: string, more = '') => {
  const backend = await living('notes', project, '30s', more)
  await backend.call()
  await backend.awaitReady()
  return backend
}

const silenceAlarm = ({ aws, outputs }: LivingBackend) =>
  aws.client(CloudWatchClient).send(
    new DisableAlarmActionsCommand({
      AlarmNames: [`${outputs['project']}-task-inactive-dev`],
    }),
  )

const sweepRule = ({ outputs }: LivingBackend) => `${outputs['project']}-sweep-dev`

describe.concurrent('each stopper alone suffices', () => {
  test('with the alarm silent and the agent hung, the sweep stops the task', async () => {
    const backend = await awake('sweep')
    const { taskArn } = await backend.task()
    await silenceAlarm(backend)
    // Every minute, so that nobody waits five.
    await backend.aws
      .client(EventBridgeClient)
      .send(new PutRuleCommand({ Name: sweepRule(backend), ScheduleExpression: 'rate(1 minute)' }))
    const agents = await agentsOf(taskArn)
    expect(agents).toHaveLength(1)
    for (const pid of agents) process.kill(pid, 'SIGSTOP')
    const stopping = await backend.awaitState(BY_SWEEP_SECONDS, 'STOPPING')
    expect(stopping).toMatchObject({ stopCause: 'idle', stoppedBy: 'sweep' })
    for (const pid of agents) process.kill(pid, 'SIGCONT')
    expect(await backend.awaitState(30, 'ASLEEP')).toMatchObject({ exitCodes: { app: 0, agent: 0 } })
    backend.aws.close()
  })

  test('with alarm and sweep silent, the agent ends its task', async () => {
    const backend = await awake('agent')
    await silenceAlarm(backend)
    await backend.aws.client(EventBridgeClient).send(new DisableRuleCommand({ Name: sweepRule(backend) }))
    const asleep = await backend.awaitState(BY_AGENT_SECONDS, 'ASLEEP')
    expect(asleep).toMatchObject({ stopCause: 'idle', stoppedBy: 'agent', exitCodes: { app: 0, agent: 0 } })
    expect(await backend.versions()).toHaveLength(1)
    backend.aws.close()
  })

  test('with all functions dead, the agent ends its task', async () => {
    const backend = await awake('dead')
    const { taskArn } = await backend.task()
    for (const FunctionName of [
      backend.outputs['task_manager_function_name'],
      backend.outputs['task_monitor_function_name'],
    ])
      await backend.aws.client(LambdaClient).send(new DeleteFunctionCommand({ FunctionName }))
    await within(
      BY_AGENT_SECONDS,
      'the task is gone',
      async () => ((await backend.ecsTask(taskArn))?.lastStatus === 'STOPPED' ? true : undefined),
      backend.task,
    )
    // Nobody is left to note that it is gone; why it went is noted.
    expect(await backend.task()).toMatchObject({ state: 'STOPPING', stopCause: 'idle', stoppedBy: 'agent' })
    expect(await backend.versions()).toHaveLength(1)
    expect(await backend.tasks()).toEqual([])
    backend.aws.close()
  })

  test('with pings every 20 s a task lives on through all of them', async () => {
    const backend = await awake('pinged')
    const { taskArn } = await backend.task()
    await backend.aws
      .client(EventBridgeClient)
      .send(new PutRuleCommand({ Name: sweepRule(backend), ScheduleExpression: 'rate(1 minute)' }))
    const until = performance.now() + (BY_SWEEP_SECONDS + 20) * 1000
    while (performance.now() < until) {
      expect(await backend.call('?action=ping')).toMatchObject({ status: 'running', task_arn: taskArn })
      await pause(20_000)
    }
    expect(await backend.task()).toMatchObject({ state: 'READY', generation: 1, taskArn, sessions: [] })
    backend.aws.close()
  })
})

/** Used by nobody's pings, and watched for longer than any stopper waits. */
const livesOn = async (backend: LivingBackend, use: () => Promise<unknown>): Promise<void> => {
  const { taskArn } = await backend.task()
  const until = performance.now() + (BY_SWEEP_SECONDS + 20) * 1000
  while (performance.now() < until) {
    await use()
    expect(await backend.task()).toMatchObject({ state: 'READY', generation: 1, taskArn })
    await pause(1_000)
  }
}

describe.concurrent('what is used without pings', () => {
  test('lives on while the app says that it is busy, and goes when it no longer is', async () => {
    const backend = await awake('busy')
    const { taskDefinitionArn: taskDefinition } =
      (await backend.ecsTask((await backend.task()).taskArn)) ?? {}
    const described = await backend.aws
      .client(ECSClient)
      .send(new DescribeTaskDefinitionCommand({ taskDefinition }))
    const url = described.taskDefinition?.containerDefinitions
      ?.flatMap(({ environment = [] }) => environment)
      .find(({ name }) => name === 'STORYARCH_BUSY_URL')?.value
    const say = (until: string | null) =>
      curl('--fail', '-X', 'PUT', '-d', JSON.stringify({ until }), url ?? '')
    await say(new Date(Date.now() + 3_600_000).toISOString())
    await livesOn(backend, async () => {})
    await say(null)
    expect(await backend.awaitState(BY_AGENT_SECONDS, 'ASLEEP')).toMatchObject({ stopCause: 'idle' })
    backend.aws.close()
  })

  test('lives on while somebody is connected, when that is its signal, and goes when they leave', async () => {
    const backend = await awake('held', '\n  idle: { signal: connections }')
    const url = await backend.awaitReady()
    const visitor = new Agent({ keepAlive: true })
    await livesOn(backend, async () => {
      const request = get(`${url}/health`, { agent: visitor })
      const [answer] = await once(request, 'response')
      answer.resume()
      await once(answer, 'end')
    })
    visitor.destroy()
    expect(await backend.awaitState(BY_AGENT_SECONDS, 'ASLEEP')).toMatchObject({ stopCause: 'idle' })
    backend.aws.close()
  })
})

test('200 simultaneous starts yield one task', async () => {
  const backend = await living('notes', 'crowd', '60s')
  // On a small machine some are answered 503 or 504 by the API: so many functions start at once.
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(backend.startUrl)
      return { code: response.status, ...((await response.json()) as Partial<StartAnswer>) }
    }),
  )
  const answered = answers.filter(({ code }) => code === 200)
  expect(answered.length).toBeGreaterThan(1)
  expect(answered.filter(({ status }) => status === 'started').length).toBeLessThanOrEqual(1)
  expect(new Set(answered.map(({ generation }) => generation))).toEqual(new Set([1]))
  await backend.awaitReady()
  const { taskArn } = await backend.task()
  expect(await backend.tasks()).toEqual([taskArn])
  const named = answered.flatMap(({ task_arn }) => task_arn ?? [])
  expect(new Set(named)).toEqual(new Set([taskArn]))
  expect((await backend.task()).sessions).toEqual([])
  backend.aws.close()
})
