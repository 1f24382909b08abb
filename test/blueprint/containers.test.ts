import { expect, test } from 'vitest'
import type { RoleProps } from '../../src/provisioners/role.ts'
import type { TaskDefinitionProps } from '../../src/provisioners/taskDefinition.ts'
import type { Blueprint } from '../../src/resource.ts'
import { lifeSettings } from '../../src/runtime/container/lifeSettings.ts'
import { settings } from '../../src/runtime/container/settings.ts'
import { drawnFrom, EXAMPLES, example, wished } from './drawn.ts'

const WITH_BACKEND = EXAMPLES.filter(name => name !== 'minimal')

const environmentOf = (blueprint: Blueprint, name: string): Record<string, string> =>
  wished<TaskDefinitionProps>(blueprint, 'taskDefinition/backend').props.definition.containers.find(
    container => container.name === name,
  )?.environment ?? {}

const backend = (more: string) =>
  drawnFrom(`project: a\nenvironment: b\nregion: eu-west-1\nbackend:\n  port: 8123\n${more}`)

test.for(['restore', 'agent'])('%s finds all it needs in its environment', async name => {
  for (const blueprint of await Promise.all(WITH_BACKEND.map(example))) {
    const environment = { ...environmentOf(blueprint, name), GENERATION: '3' }
    expect(settings(environment).generation).toBe('3')
    expect(lifeSettings(environment)).toMatchObject({ generation: 3, turnSeconds: 10 })
  }
})

test('the agent knows what the manifest says of a life', () => {
  const app = backend(
    '  health: /ready\n  lifetime: 90s\n  maxLifetime: 2h\n  startDeadline: 45s\n  spot: true\n  idle: { signal: connections }',
  )
  expect(lifeSettings(environmentOf(app, 'agent'))).toMatchObject({
    table: 'a-task-state-b',
    generation: null,
    lifetimes: { lifetimeSeconds: 90, maxLifetimeSeconds: 7200, startDeadlineSeconds: 45, spot: true },
    metric: { namespace: 'storyarch/a/b', name: 'TaskPing', resolutionSeconds: 1 },
    app: { port: 8123, healthPath: '/ready' },
    countsConnections: true,
  })
})

test('the app learns its port, unless it says otherwise, and where it may say that it is busy', () => {
  const environment = environmentOf(backend(''), 'app')
  expect(environment['PORT']).toBe('8123')
  const { agentPort } = lifeSettings(environmentOf(backend(''), 'agent'))
  expect(environment['STORYARCH_BUSY_URL']).toBe(`http://127.0.0.1:${agentPort}/busy`)
  expect(environmentOf(backend('  environment: { PORT: "80" }'), 'app')['PORT']).toBe('80')
})

test('no variable is plain and secret at once, which ECS refuses', () => {
  const { containers } = wished<TaskDefinitionProps>(
    backend('  secrets: { PORT: "ssm:/a/port", KEY: "ssm:/a/key" }'),
    'taskDefinition/backend',
  ).props.definition
  const [app] = containers.filter(({ name }) => name === 'app')
  expect(Object.keys(app?.secrets ?? {})).toEqual(['PORT', 'KEY'])
  expect(Object.keys(app?.environment ?? {}).filter(name => name in (app?.secrets ?? {}))).toEqual([])
})

test('stacks on one machine say that they are busy at different places, and none at its app’s port', () => {
  const portOf = (environment: string, appPort: number) => {
    const app = drawnFrom(
      `project: a\nenvironment: ${environment}\nregion: eu-west-1\nbackend:\n  port: ${appPort}\n`,
    )
    return lifeSettings(environmentOf(app, 'agent')).agentPort
  }
  const own = portOf('b', 80)
  expect(portOf('c', 80)).not.toBe(own)
  expect(portOf('b', own)).not.toBe(own)
})

test('the task may do what its agent does', () => {
  const { policy } = wished<RoleProps>(backend(''), 'role/task').props
  const actions = policy?.Statement.flatMap(({ Action }) => Action) ?? []
  const does = [
    'dynamodb:GetItem',
    'dynamodb:UpdateItem',
    'cloudwatch:PutMetricData',
    'ecs:StopTask',
    's3:GetObject',
    's3:PutObject',
    's3:ListBucketVersions',
  ]
  expect(actions).toEqual(expect.arrayContaining(does))
})
