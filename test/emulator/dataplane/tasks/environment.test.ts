import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { createListener } from '../deliveries/listener.ts'
import { ROLE, stays, TaskStage } from './taskStage.ts'

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

/** What a task prints as one line of JSON behind `told `. */
const told = async (
  tag: string,
  script: string,
  more: object = {},
  definition: object = {},
  run: object = {},
) => {
  const image = await stage.image(tag, { files: { 'main.js': script } })
  const arn = await stage.run([stage.container('app', image, more)], definition, run)
  const text = await stage.line(arn, 'app', 'told ')
  await stage.stopped(arn)
  return { arn, said: JSON.parse(text) }
}

const ENVIRONMENT = `console.log('told ' + JSON.stringify(process.env))`

test('the environment is the image, the container, its secrets and what ECS adds', async () => {
  const { ARN } = await aws
    .client(SecretsManagerClient)
    .send(new CreateSecretCommand({ Name: 'app/key', SecretString: '{"key":"s3cret"}' }))
  await aws
    .client(SSMClient)
    .send(new PutParameterCommand({ Name: '/app/name', Value: 'of ssm', Type: 'SecureString' }))
  const { said } = await told(
    'env',
    ENVIRONMENT,
    {
      environment: [
        { name: 'PLAIN', value: 'from the definition' },
        { name: 'RUN', value: 'from the definition' },
      ],
      secrets: [
        { name: 'WHOLE', valueFrom: ARN },
        { name: 'KEY', valueFrom: `${ARN}:key::` },
        { name: 'PARAMETER', valueFrom: '/app/name' },
      ],
    },
    { taskRoleArn: ROLE },
    {
      overrides: {
        containerOverrides: [{ name: 'app', environment: [{ name: 'RUN', value: 'from the call' }] }],
      },
    },
  )
  expect(said).toMatchObject({
    OF_IMAGE: 'yes',
    PLAIN: 'from the definition',
    RUN: 'from the call',
    WHOLE: '{"key":"s3cret"}',
    KEY: 's3cret',
    PARAMETER: 'of ssm',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v4\/[\w-]+$/),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
  })
  expect(Object.keys(said)).not.toContain('AWS_ACCESS_KEY_ID')
})

test('the user’s own AWS settings do not reach the task', async () => {
  process.env['AWS_PROFILE'] = 'work'
  process.env['AWS_ACCESS_KEY_ID'] = 'real'
  try {
    const { said } = await told('clean', ENVIRONMENT)
    expect(Object.keys(said)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']))
    expect(JSON.stringify(said)).not.toContain('"real"')
    // Without a role of its own a task has no credentials.
    expect(Object.keys(said)).not.toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  } finally {
    delete process.env['AWS_PROFILE']
    delete process.env['AWS_ACCESS_KEY_ID']
  }
})

test('a secret that is not there fails the start, and names it', async () => {
  const image = await stage.image('env', { files: { 'main.js': ENVIRONMENT } })
  const valueFrom = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf'
  const arn = await stage.run([stage.container('app', image, { secrets: [{ name: 'KEY', valueFrom }] })])
  expect(await stage.stopped(arn)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(
      /^ResourceInitializationError.+secret:none-AbCdEf.+ResourceNotFound/,
    ),
  })
})

test('paths of volumes and of the working directory lead to the real folders', async () => {
  const image = await stage.image('paths', {
    files: {
      'main.js': `
        const fs = require('fs')
        fs.writeFileSync(process.env.DATABASE_PATH, 'rows')
        console.log('told ' + JSON.stringify({
          argument: fs.readFileSync(process.argv[2], 'utf8'),
          url: fs.readFileSync(process.env.DATABASE_URL.replace('sqlite:///', ''), 'utf8'),
          relative: fs.readFileSync('./state/db.sqlite3', 'utf8'),
          page: process.env.PAGE,
        }))`,
      'here.txt': 'of the image',
    },
  })
  const arn = await stage.run(
    [
      stage.container('app', image, {
        command: ['node', '/app/main.js', '/app/here.txt'],
        environment: [
          { name: 'DATABASE_PATH', value: '/data/db.sqlite3' },
          { name: 'DATABASE_URL', value: 'sqlite:////data/db.sqlite3' },
          { name: 'PAGE', value: 'https://example.com/data/db.sqlite3' },
        ],
        mountPoints: [
          { sourceVolume: 'database', containerPath: '/data' },
          { sourceVolume: 'database', containerPath: '/app/state' },
        ],
      }),
    ],
    { volumes: [{ name: 'database' }] },
  )
  expect(JSON.parse(await stage.line(arn, 'app', 'told '))).toEqual({
    argument: 'of the image',
    url: 'rows',
    relative: 'rows',
    page: 'https://example.com/data/db.sqlite3',
  })
  await stage.stopped(arn)
})

const ASKS = `
const ask = async path => (await fetch(path)).json()
const { ECS_CONTAINER_METADATA_URI_V4: me, AWS_CONTAINER_CREDENTIALS_FULL_URI: keys } = process.env
;(async () => console.log('told ' + JSON.stringify({
  container: await ask(me),
  task: await ask(me + '/task'),
  stats: Object.keys(await ask(me + '/task/stats')),
  keys: await ask(keys),
  none: (await fetch(me + '0')).status,
})))()`

test('the metadata endpoint tells of the container and its task, and gives the role’s credentials', async () => {
  const { arn, said } = await told('asks', ASKS, {}, { taskRoleArn: ROLE })
  expect(said.container).toMatchObject({
    Name: 'app',
    KnownStatus: 'RUNNING',
    Image: expect.stringContaining('/stage:asks'),
    ImageID: expect.stringMatching(/^sha256:/),
    Labels: { 'com.amazonaws.ecs.task-arn': arn, 'com.amazonaws.ecs.container-name': 'app' },
    LogDriver: 'awslogs',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [expect.stringMatching(/^172\./)] }],
  })
  expect(said.task).toMatchObject({
    TaskARN: arn,
    Cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/stage',
    Family: 'stage',
    Revision: expect.stringMatching(/^\d+$/),
    LaunchType: 'FARGATE',
    Limits: { CPU: 0.25, Memory: 512 },
    Containers: [{ Name: 'app' }],
  })
  expect(said.stats).toEqual([said.container.DockerId])
  expect(said.keys).toMatchObject({ RoleArn: ROLE, AccessKeyId: 'local', Token: 'local' })
  expect(Date.parse(said.keys.Expiration)).toBeGreaterThan(Date.now())
  expect(said.none).toBe(404)
})

test('lines are logged whole and in order, with the time they came, also the last one without an end', async () => {
  const image = await stage.image('chatty', {
    files: {
      'main.js': `
        for (let n = 0; n < 500; n++) console.log('line ' + n)
        console.error('')
        process.stdout.write('é'.repeat(1000) + '\\nthe end')`,
    },
  })
  const before = Date.now()
  const arn = await stage.run([stage.container('app', image)])
  await stage.stopped(arn)
  expect(await stage.lines(arn, 'app')).toEqual([
    ...Array.from({ length: 500 }, (_, n) => `line ${n}`),
    'é'.repeat(1000),
    'the end',
  ])
  const { events = [] } = await stage.logs.send(
    new FilterLogEventsCommand({
      logGroupName: '/ecs/stage',
      logStreamNamePrefix: `task/app/${arn.split('/').at(-1)}`,
    }),
  )
  for (const { timestamp = 0 } of events) {
    expect(timestamp).toBeGreaterThanOrEqual(before)
    expect(timestamp).toBeLessThanOrEqual(Date.now())
  }
})

/** A function that hears every change of the tasks of a family. */
const monitor = async (family: string, detail: object = {}) => {
  const listener = await createListener(aws, family)
  const events = aws.client(EventBridgeClient)
  const { RuleArn } = await events.send(
    new PutRuleCommand({
      Name: family,
      EventPattern: JSON.stringify({
        source: ['aws.ecs'],
        'detail-type': ['ECS Task State Change'],
        detail: {
          clusterArn: ['arn:aws:ecs:us-east-1:123456789012:cluster/stage'],
          group: [`family:${family}`],
          ...detail,
        },
      }),
    }),
  )
  await events.send(new PutTargetsCommand({ Rule: family, Targets: [{ Id: 'it', Arn: listener.arn }] }))
  await aws.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: family,
      StatementId: 'rule',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: RuleArn,
    }),
  )
  return listener
}

test('a task that ends by itself is told to a function, with its exit code', async () => {
  const listener = await monitor('crash', { lastStatus: ['STOPPED'] })
  const image = await stage.image('crash', { files: { 'main.js': 'process.exit(9)' } })
  const arn = await stage.run([stage.container('app', image)], { family: 'crash' })
  expect(await listener.heard(1)).toMatchObject([
    {
      source: 'aws.ecs',
      resources: [arn],
      detail: {
        taskArn: arn,
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        containers: [{ name: 'app', exitCode: 9 }],
      },
    },
  ])
})

test('every step of a task’s life is told; by their versions they are in order', async () => {
  const listener = await monitor('steps')
  const image = await stage.image('steps', { files: { 'main.js': stays() } })
  const arn = await stage.run([stage.container('app', image)], { family: 'steps' })
  await stage.line(arn, 'app', 'up ')
  const { version = 0 } = await stage.stop(arn)
  const told = (await listener.heard(version)) as { detail: { version: number; lastStatus: string } }[]
  const inOrder = told.map(({ detail }) => detail).sort((a, b) => a.version - b.version)
  expect(inOrder.map(detail => detail.version)).toEqual(
    Array.from({ length: version }, (_, index) => index + 1),
  )
  expect([...new Set(inOrder.map(({ lastStatus }) => lastStatus))]).toEqual([
    ...['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'],
    ...['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'],
  ])
})
