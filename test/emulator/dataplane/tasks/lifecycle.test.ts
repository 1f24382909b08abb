import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { StopTaskCommand } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { until } from '../../until.ts'
import { stays, TaskStage } from './taskStage.ts'

let aws: Running
let stage: TaskStage
beforeAll(async () => {
  aws = await Running.live()
  stage = await TaskStage.open(aws)
})
afterAll(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const fetched = (url: string): Promise<string> =>
  new Promise((resolve, reject) =>
    get(url, { agent: false }, response => text(response).then(resolve, reject)).on('error', reject),
  )

test('a task runs its image, answers at its public address, and ends well when told', async () => {
  const port = await freePort()
  const image = await stage.image('web', {
    files: {
      'main.js': `
        const server = require('node:http').createServer((_, response) => response.end('hello from ' + process.cwd()))
        server.listen(${port}, '0.0.0.0', () => console.log('listening'))
        process.on('SIGTERM', () => server.close(() => { console.log('bye'); process.exit(7) }))
      `,
    },
  })
  const arn = await stage.run([stage.container('app', image, { portMappings: [{ containerPort: port }] })])
  const task = await stage.reached(arn, 'RUNNING')
  await stage.line(arn, 'app', 'listening')
  const address = await stage.address(task)
  expect(address).toMatch(/^127\./)
  expect(await fetched(`http://${address}:${port}/`)).toMatch(/^hello from .+\/app$/)
  expect(task).toMatchObject({
    connectivity: 'CONNECTED',
    pullStartedAt: expect.any(Date),
    pullStoppedAt: expect.any(Date),
    startedAt: expect.any(Date),
    containers: [{ lastStatus: 'RUNNING', imageDigest: expect.stringMatching(/^sha256:/) }],
  })

  const stopped = await stage.stop(arn, 'enough')
  expect(stopped).toMatchObject({
    stopCode: 'UserInitiated',
    stoppedReason: 'enough',
    stoppingAt: expect.any(Date),
    executionStoppedAt: expect.any(Date),
    stoppedAt: expect.any(Date),
    containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 7 }],
  })
  expect(await stage.lines(arn, 'app')).toEqual(['listening', 'bye'])
  await expect(fetched(`http://${address}:${port}/`)).rejects.toThrow()
})

test('of two tasks that listen on one port the second ends with its own words', async () => {
  const port = await freePort()
  const image = await stage.image('clash', {
    files: {
      'main.js': `require('node:http').createServer().listen(${port}, '0.0.0.0', () => console.log('listening'))`,
    },
  })
  const first = await stage.run([stage.container('app', image)])
  await stage.line(first, 'app', 'listening')
  const second = await stage.stopped(await stage.run([stage.container('app', image)]))
  expect(second).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] })
  expect((await stage.lines(second.taskArn ?? '', 'app')).join('\n')).toContain('EADDRINUSE')
  expect((await stage.task(first)).lastStatus).toBe('RUNNING')
  await stage.stop(first)
})

test('containers stop in the reverse order of their dependencies, one after the other', async () => {
  const image = await stage.image('stays', { files: { 'main.js': stays(200) } })
  const arn = await stage.run([
    stage.container('agent', image),
    stage.container('app', image, { dependsOn: [{ containerName: 'agent', condition: 'START' }] }),
  ])
  for (const container of ['agent', 'app']) await stage.line(arn, container, 'up ')
  await stage.stop(arn)
  const appGone = Number(await stage.line(arn, 'app', 'gone '))
  const agentTold = Number(await stage.line(arn, 'agent', 'term '))
  expect(agentTold).toBeGreaterThanOrEqual(appGone)
})

test('a container that does not listen is killed after its stop timeout', async () => {
  const image = await stage.image('deaf', {
    files: { 'main.js': `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')` },
  })
  const arn = await stage.run([stage.container('app', image, { stopTimeout: 1 })])
  await stage.line(arn, 'app', 'up')
  const before = Date.now()
  const stopped = await stage.stop(arn)
  expect(Date.now() - before).toBeGreaterThanOrEqual(1_000)
  expect(stopped.containers).toMatchObject([{ exitCode: 137 }])
})

test('telling it twice does not spare a container that does not listen', async () => {
  const image = await stage.image('deaf', {
    files: { 'main.js': `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')` },
  })
  const arn = await stage.run([stage.container('app', image, { stopTimeout: 1 })])
  await stage.line(arn, 'app', 'up')
  await stage.ecs.send(new StopTaskCommand({ cluster: 'stage', task: arn }))
  await until(async () => ((await stage.task(arn)).lastStatus === 'STOPPING' ? true : undefined))
  expect((await stage.stop(arn)).containers).toMatchObject([{ exitCode: 137 }])
})

test('a container that others wait for too long fails the start', async () => {
  const image = await stage.image('slow', { files: { 'main.js': stays() } })
  const arn = await stage.run([
    stage.container('restore', image, { essential: false, startTimeout: 1 }),
    stage.container('app', image, { dependsOn: [{ containerName: 'restore', condition: 'SUCCESS' }] }),
  ])
  expect(await stage.stopped(arn)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringContaining('[restore] for target [app] was not met within 1 seconds'),
    containers: [{ exitCode: 0 }, { name: 'app' }],
  })
})

test('an essential container that ends takes the others with it, and its exit code is told', async () => {
  const image = await stage.image('ends', {
    files: { 'main.js': stays(), 'end.js': 'setTimeout(() => process.exit(3), 100)' },
  })
  const arn = await stage.run([
    stage.container('app', image, { command: ['node', 'end.js'] }),
    stage.container('side', image, { essential: false }),
  ])
  const task = await stage.stopped(arn)
  expect(task).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'app', exitCode: 3 },
      { name: 'side', lastStatus: 'STOPPED' },
    ],
  })
})

test('what a container depends on goes first; one that is not essential may end', async () => {
  const image = await stage.image('restore', {
    files: {
      'restore.js': `require('fs').writeFileSync('/data/seen'.replace('/data', process.env.DATA), 'restored')`,
      'main.js': `console.log('found ' + require('fs').readFileSync(process.env.DATA + '/seen')); setInterval(() => {}, 1000)`,
    },
  })
  const data = {
    environment: [{ name: 'DATA', value: '/data' }],
    mountPoints: [{ sourceVolume: 'database', containerPath: '/data' }],
  }
  const arn = await stage.run(
    [
      stage.container('restore', image, { ...data, command: ['node', 'restore.js'], essential: false }),
      stage.container('app', image, {
        ...data,
        dependsOn: [{ containerName: 'restore', condition: 'SUCCESS' }],
      }),
    ],
    { volumes: [{ name: 'database' }] },
  )
  expect(await stage.line(arn, 'app', 'found ')).toBe('restored')
  const task = await stage.reached(arn, 'RUNNING')
  expect(task.containers).toMatchObject([
    { name: 'restore', lastStatus: 'STOPPED', exitCode: 0 },
    { name: 'app', lastStatus: 'RUNNING' },
  ])
  await stage.stop(arn)
})

test('where SUCCESS fails, the task stops and what waited for it never runs', async () => {
  const image = await stage.image('fails', { files: { 'main.js': stays() } })
  const arn = await stage.run([
    stage.container('restore', image, { command: ['node', '-e', 'process.exit(4)'], essential: false }),
    stage.container('app', image, { dependsOn: [{ containerName: 'restore', condition: 'SUCCESS' }] }),
  ])
  const task = await stage.stopped(arn)
  expect(task).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringContaining('[restore] for target [app] did not exit successfully'),
    containers: [{ name: 'restore', exitCode: 4 }, { name: 'app' }],
  })
  expect(task.startedAt).toBeUndefined()
  expect(task.containers?.[1]?.exitCode).toBeUndefined()
  expect(await stage.lines(arn, 'app')).toEqual([])
})

test.each([
  [
    'an image that is not there',
    (uri: string) => uri.replace(/:\w+$/, ':none'),
    {},
    /CannotPullContainerError.+not found/,
  ],
  [
    'an image of another platform',
    (uri: string) => uri,
    { runtimePlatform: { cpuArchitecture: 'ARM64' as const } },
    /does not contain descriptor matching platform 'linux\/arm64'/,
  ],
  [
    'an image of another registry',
    () => 'nginx:1',
    {},
    /CannotPullContainerError.+failed to resolve ref nginx:1/,
  ],
])('%s fails the start, and says so', async (_, uri, definition, reason) => {
  const image = await stage.image('there', { files: { 'main.js': stays() } })
  const task = await stage.stopped(await stage.run([stage.container('app', uri(image))], definition))
  expect(task).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(reason),
    containers: [{ reason: expect.stringMatching(reason) }],
  })
  expect(task.startedAt).toBeUndefined()
})

test('an image whose bytes the disk has lost fails the start, and says so', async () => {
  const image = await stage.image('lost', { files: { 'main.js': stays() }, config: { Env: ['LOST=yes'] } })
  const layers = join(aws.folder, 'ecr', 'us-east-1', 'layers')
  for (const file of readdirSync(layers).map(name => join(layers, name)))
    if (readFileSync(file, 'latin1').includes('LOST=yes')) rmSync(file)
  const task = await stage.stopped(await stage.run([stage.container('app', image)]))
  expect(task).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(/ENOENT/),
  })
  expect(aws.faults.splice(0)).toMatchObject([{ code: 'ENOENT' }])
})

test('a program that is not there fails the start, and says which', async () => {
  const image = await stage.image('nothing', { files: { 'main.js': '' } })
  const arn = await stage.run([stage.container('app', image, { command: ['no-such-program'] })])
  expect(await stage.stopped(arn)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    containers: [{ reason: expect.stringMatching(/CannotStartContainerError.+"no-such-program"/) }],
  })
})

test('a log group that is not there fails the start', async () => {
  const image = await stage.image('there', { files: { 'main.js': stays() } })
  const options = {
    'awslogs-group': '/none',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'task',
  }
  const arn = await stage.run([
    stage.container('app', image, { logConfiguration: { logDriver: 'awslogs', options } }),
  ])
  expect(await stage.stopped(arn)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(/^ResourceInitializationError.+log group does not exist/),
  })
})

test('a task told to stop before it has begun never begins', async () => {
  const slow = await Running.live({ latency: 0.1 })
  const there = await TaskStage.open(slow)
  const image = await there.image('app', { files: { 'main.js': stays() } })
  // ECS cannot assume the new role at once.
  const arn = await until(() => there.run([there.container('app', image)]).catch(() => undefined))
  expect((await there.task(arn)).lastStatus).toBe('PROVISIONING')
  const task = await there.stop(arn)
  expect(task.startedAt).toBeUndefined()
  expect(await there.lines(arn, 'app')).toEqual([])
  await slow.stop()
})

test('dependants of HEALTHY wait for the health check to pass', async () => {
  const quick = await Running.live({ pace: 20 })
  const there = await TaskStage.open(quick)
  const image = await there.image('app', { files: { 'main.js': stays() } })
  const arn = await there.run([
    there.container('base', image, {
      command: [
        'node',
        '-e',
        "setTimeout(() => require('fs').writeFileSync('well', ''), 300); setInterval(() => {}, 1000)",
      ],
      healthCheck: { command: ['CMD-SHELL', 'test -e well'], interval: 5, retries: 10 },
    }),
    there.container('app', image, { dependsOn: [{ containerName: 'base', condition: 'HEALTHY' }] }),
  ])
  const task = await there.reached(arn, 'RUNNING')
  expect(task).toMatchObject({
    healthStatus: 'HEALTHY',
    containers: [{ healthStatus: 'HEALTHY' }, { healthStatus: 'UNKNOWN', lastStatus: 'RUNNING' }],
  })
  await quick.stop()
})
