import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCli, missing } from '../awsCli.ts'
import { Running } from '../running.ts'

const why = missing('aws', '--version')
/** `logs tail` came with the second version of the CLI. */
const withoutTail =
  why ?? (missing('aws', 'logs', 'tail', 'help') && 'aws logs tail (version 2 of the CLI) is not installed')

let emulator: Running

const aws = async (...words: string[]): Promise<string> => {
  const { code, out, err } = await awsCli(emulator.environment(), ...words)
  expect(err === '' ? code : err).toBe(0)
  return out
}

const json = async (...words: string[]) => JSON.parse((await aws(...words, '--output', 'json')) || '{}')

const refused = async (...words: string[]): Promise<string> => {
  const { code, err } = await awsCli(emulator.environment(), ...words)
  expect(code).not.toBe(0)
  return err
}

const start = async (): Promise<void> => {
  emulator = await Running.start(0, undefined, { driver: 'none' })
}

const stop = async (): Promise<void> => {
  await emulator.stop()
  expect(emulator.faults).toEqual([])
}

describe.skipIf(why)(why ?? 'the aws CLI', () => {
  beforeAll(start)
  afterAll(stop)

  test('describes a task definition, runs a task of it and stops it', async () => {
    await aws('ecs', 'create-cluster', '--cluster-name', 'storyarchitect-prod')
    await aws(
      ...['ecs', 'register-task-definition', '--family', 'storyarchitect-backend-prod'],
      ...[
        '--requires-compatibilities',
        'FARGATE',
        '--network-mode',
        'awsvpc',
        '--cpu',
        '256',
        '--memory',
        '512',
      ],
      ...[
        '--container-definitions',
        '[{"name":"main","image":"app:1","portMappings":[{"containerPort":8000}]}]',
      ],
      ...['--tags', 'key=app,value=storyarchitect'],
    )
    const described = await json(
      ...[
        'ecs',
        'describe-task-definition',
        '--task-definition',
        'storyarchitect-backend-prod',
        '--include',
        'TAGS',
      ],
    )
    expect(described).toMatchObject({
      taskDefinition: { revision: 1, status: 'ACTIVE', cpu: '256', containerDefinitions: [{ name: 'main' }] },
      tags: [{ key: 'app', value: 'storyarchitect' }],
    })
    const { Subnets } = await json(
      'ec2',
      'describe-subnets',
      '--filters',
      'Name=availability-zone-id,Values=use1-az1',
    )
    const ran = await json(
      ...['ecs', 'run-task', '--cluster', 'storyarchitect-prod', '--launch-type', 'FARGATE'],
      ...['--task-definition', 'storyarchitect-backend-prod', '--network-configuration'],
      `awsvpcConfiguration={subnets=[${Subnets[0].SubnetId}],assignPublicIp=ENABLED}`,
    )
    const task = ran.tasks[0].taskArn
    const cluster = ['--cluster', 'storyarchitect-prod']
    expect((await json('ecs', 'list-tasks', ...cluster)).taskArns).toEqual([task])
    const stopped = await json('ecs', 'stop-task', ...cluster, '--task', task, '--reason', 'Manual shutdown')
    expect(stopped.task).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'Manual shutdown' })
    await aws('ecs', 'wait', 'tasks-stopped', ...cluster, '--tasks', task)
    expect(await refused('ecs', 'stop-task', ...cluster, '--task', task)).toContain(
      '(InvalidParameterException) when calling the StopTask operation: The referenced task was not found.',
    )
    expect(await refused('ecs', 'describe-task-definition', '--task-definition', 'none')).toContain(
      '(ClientException) when calling the DescribeTaskDefinition operation: Unable to describe task definition.',
    )
  })

  test('keeps security groups as EC2 does', async () => {
    const { GroupId } = await json(
      'ec2',
      'create-security-group',
      '--group-name',
      'web',
      '--description',
      'the web',
    )
    const group = ['--group-id', GroupId]
    const open = ['--protocol', 'tcp', '--port', '8000', '--cidr', '10.1.2.3/8']
    await aws('ec2', 'authorize-security-group-ingress', ...group, ...open)
    expect(await refused('ec2', 'authorize-security-group-ingress', ...group, ...open)).toContain(
      '(InvalidPermission.Duplicate)',
    )
    const { SecurityGroups } = await json('ec2', 'describe-security-groups', '--group-ids', GroupId)
    expect(SecurityGroups[0]).toMatchObject({
      IpPermissions: [{ FromPort: 8000, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
    await aws('ec2', 'delete-security-group', ...group)
    expect(await refused('ec2', 'delete-security-group', ...group)).toContain('(InvalidGroup.NotFound)')
  })

  test('keeps topics, alarms, rules and repositories', async () => {
    const { TopicArn } = await json('sns', 'create-topic', '--name', 'idle', '--tags', 'Key=app,Value=a')
    const mail = ['--protocol', 'email', '--notification-endpoint', 'me@example.com']
    const subscribed = await json('sns', 'subscribe', '--topic-arn', TopicArn, ...mail)
    expect(subscribed.SubscriptionArn).toBe('pending confirmation')
    await aws(
      ...[
        'cloudwatch',
        'put-metric-alarm',
        '--alarm-name',
        'idle',
        '--namespace',
        'App',
        '--metric-name',
        'TaskPing',
      ],
      ...['--statistic', 'Sum', '--period', '60', '--evaluation-periods', '5', '--threshold', '1'],
      ...['--comparison-operator', 'LessThanThreshold', '--alarm-actions', TopicArn],
    )
    const state = ['--state-value', 'ALARM', '--state-reason', 'by hand']
    await aws('cloudwatch', 'set-alarm-state', '--alarm-name', 'idle', ...state)
    const { MetricAlarms } = await json('cloudwatch', 'describe-alarms', '--state-value', 'ALARM')
    expect(MetricAlarms).toMatchObject([
      { AlarmName: 'idle', StateReason: 'by hand', AlarmActions: [TopicArn] },
    ])
    await aws('events', 'put-rule', '--name', 'sweep', '--schedule-expression', 'rate(5 minutes)')
    expect(
      await refused('events', 'put-rule', '--name', 'sweep', '--schedule-expression', 'rate(1 minutes)'),
    ).toContain('(ValidationException)')
    await aws('ecr', 'create-repository', '--repository-name', 'app')
    const { repositories } = await json('ecr', 'describe-repositories')
    expect(repositories[0].repositoryUri).toMatch(/^127\.0\.0\.1:\d+\/app$/)
    expect(await aws('ecr', 'get-login-password')).not.toBe('')
  })

  test('reads log events of a group', async () => {
    const stream = ['--log-group-name', '/ecs/app', '--log-stream-name', 's']
    await aws('logs', 'create-log-group', '--log-group-name', '/ecs/app')
    await aws('logs', 'create-log-stream', ...stream)
    const events = JSON.stringify([{ timestamp: Date.now(), message: 'hello' }])
    await aws('logs', 'put-log-events', ...stream, '--log-events', events)
    const filtered = await json(
      'logs',
      'filter-log-events',
      '--log-group-name',
      '/ecs/app',
      '--filter-pattern',
      'hello',
    )
    expect(filtered.events).toMatchObject([{ message: 'hello', logStreamName: 's' }])
    const got = await json('logs', 'get-log-events', ...stream, '--start-from-head')
    expect(got.events).toMatchObject([{ message: 'hello' }])
  })
})

describe.skipIf(withoutTail)(withoutTail ?? 'aws logs tail', () => {
  beforeAll(start)
  afterAll(stop)

  const stream = ['--log-group-name', '/ecs/app', '--log-stream-name', 's']

  // Versions of the CLI before 2.13 do not read the endpoint from the environment.
  const here = () => ['--endpoint-url', emulator.endpoint]

  const say = (message: string) =>
    aws(
      'logs',
      'put-log-events',
      ...here(),
      ...stream,
      '--log-events',
      JSON.stringify([{ timestamp: Date.now(), message }]),
    )

  test('shows what was said, and with --follow what is said from then on', async () => {
    await aws('logs', 'create-log-group', ...here(), '--log-group-name', '/ecs/app')
    await aws('logs', 'create-log-stream', ...here(), ...stream)
    await say('first')
    expect(await aws('logs', 'tail', ...here(), '/ecs/app')).toMatch(/s first\n$/)
    const follower = spawn('aws', ['logs', 'tail', ...here(), '/ecs/app', '--follow'], {
      env: { PATH: process.env['PATH'] ?? '', PYTHONUNBUFFERED: '1', ...emulator.environment() },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let seen = ''
    try {
      for await (const chunk of follower.stdout) {
        const before = seen
        seen += chunk
        if (!before.includes('first') && seen.includes('first')) await say('second')
        if (seen.includes('second')) break
      }
    } finally {
      follower.kill()
    }
    expect(seen.match(/s (first|second)\n/g)).toEqual(['s first\n', 's second\n'])
  })
})
