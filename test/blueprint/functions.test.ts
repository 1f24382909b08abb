import { describe, expect, test } from 'vitest'
import type { LambdaFunctionProps } from '../../src/provisioners/lambdaFunction.ts'
import type { RoleProps } from '../../src/provisioners/role.ts'
import type { TaskDefinitionProps } from '../../src/provisioners/taskDefinition.ts'
import type { Blueprint } from '../../src/resource.ts'
import { openAws } from '../../src/runtime/aws/openAws.ts'
import { openDoors } from '../../src/runtime/lambdas/openDoors.ts'
import { drawnFrom, EXAMPLES, example, wished } from './drawn.ts'

const WITH_BACKEND = EXAMPLES.filter(name => name !== 'minimal')
const FUNCTIONS = ['task-manager', 'task-monitor']

const environmentOf = (blueprint: Blueprint, name: string): Record<string, string> =>
  wished<LambdaFunctionProps>(blueprint, `lambdaFunction/${name}`).props.configuration.environment

const actionsOf = (blueprint: Blueprint, name: string): string[] =>
  (wished<RoleProps>(blueprint, `role/${name}`).props.policy?.Statement ?? []).flatMap(({ Action }) => Action)

const backend = (more: string) => drawnFrom(`project: a\nenvironment: b\nregion: eu-west-1\n${more}`)

describe('the functions', () => {
  test('find all they need in their environment', async () => {
    const manners = {
      patience: { attempts: 1, pauseMs: 1, deniedAttempts: 1 },
      timeoutMs: 1,
      onRetry: () => {},
    }
    for (const blueprint of await Promise.all(WITH_BACKEND.map(example)))
      for (const name of FUNCTIONS) {
        const environment = environmentOf(blueprint, name)
        const { stack, settings } = openDoors(environment, openAws(environment, manners), () => {})
        expect(stack).toBe(blueprint.stack)
        expect(settings.startDeadlineSeconds).toBeGreaterThan(0)
      }
  })

  test('tell their generation only to containers that there are', async () => {
    for (const blueprint of await Promise.all(WITH_BACKEND.map(example))) {
      const { containers } = wished<TaskDefinitionProps>(blueprint, 'taskDefinition/backend').props.definition
      const names = containers.map(({ name }) => name)
      for (const name of FUNCTIONS) {
        const told = (environmentOf(blueprint, name)['AGENT_CONTAINERS'] ?? '').split(',')
        expect(names).toEqual(expect.arrayContaining(told))
      }
    }
  })

  test('may both start tasks: the monitor for who came while one was stopping', () => {
    const blueprint = backend('backend: {}')
    for (const name of FUNCTIONS)
      expect(actionsOf(blueprint, name)).toEqual(
        expect.arrayContaining([
          'ecs:RunTask',
          'iam:PassRole',
          'cloudwatch:PutMetricData',
          'dynamodb:UpdateItem',
        ]),
      )
    expect(actionsOf(blueprint, 'task-monitor')).toEqual(
      expect.arrayContaining(['ecs:ListTasks', 'ecs:StopTask']),
    )
    expect(actionsOf(blueprint, 'task-manager')).not.toContain('ecs:ListTasks')
  })

  test('may both stop a task: the manager one that was told to stop before ECS had named it', () => {
    const blueprint = backend('backend: {}')
    for (const name of FUNCTIONS) expect(actionsOf(blueprint, name)).toContain('ecs:StopTask')
  })

  test('ask for a token only where the manifest wants one; its value is in no plan', () => {
    const open = backend('backend: {}')
    expect(environmentOf(open, 'task-manager')).toMatchObject({ API_AUTH: 'none' })
    expect(environmentOf(open, 'task-manager')).not.toHaveProperty('API_TOKEN_PARAMETER')
    expect(actionsOf(open, 'task-manager')).not.toContain('ssm:GetParameter')

    const closed = backend('backend: {}\napi: { auth: token }')
    const parameter = '/storyarch/a/b/api-token'
    expect(environmentOf(closed, 'task-manager')).toMatchObject({
      API_AUTH: 'token',
      API_TOKEN_PARAMETER: parameter,
    })
    const { policy } = wished<RoleProps>(closed, 'role/task-manager').props
    const [reading, ...others] = (policy?.Statement ?? []).filter(({ Action }) =>
      Action.includes('ssm:GetParameter'),
    )
    expect(others).toEqual([])
    expect(reading?.Resource).toEqual([expect.stringMatching(`:parameter${parameter}$`)])
  })
})
