import {
  type DescribeTaskDefinitionCommandOutput,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { type TaskDefinitionProps, taskDefinition } from '../../src/provisioners/taskDefinition.ts'
import type { Aws } from '../../src/resource.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { taskDefinitionSample } from './samples/taskDefinition.ts'

const tags = { 'storyarch:stack': 'notes/prod' }

const liveOf = async (aws: Aws, name: string) => {
  const live = await taskDefinition.read(aws, name)
  if (live === undefined) throw new Error(`${name} is not there`)
  return live
}

const changed = async (aws: Aws, name: string, want: TaskDefinitionProps): Promise<void> => {
  const { definition } = taskDefinition.change
  if (typeof definition === 'function') await definition(aws, await liveOf(aws, name), want, making())
}

const revisionsOf = async (aws: Aws, status: 'ACTIVE' | 'INACTIVE'): Promise<string[]> => {
  const { taskDefinitionArns = [] } = await aws
    .client(ECSClient)
    .send(new ListTaskDefinitionsCommand({ status }))
  return taskDefinitionArns.map(arn => arn.split(':').at(-1) ?? '').sort()
}

test('five changes leave the newest three revisions, tagged', () =>
  onFreshAws(async aws => {
    const { name, props } = await taskDefinitionSample.prepare(aws)
    await taskDefinition.create(aws, name, props, tags, making())
    for (const cpu of [512, 1024, 256, 512, 256])
      await changed(aws, name, { definition: { ...props.definition, cpu, memory: 2048 } })
    expect(await revisionsOf(aws, 'ACTIVE')).toEqual(['4', '5', '6'])
    expect(await revisionsOf(aws, 'INACTIVE')).toEqual([])
    const live = await liveOf(aws, name)
    expect(live.out.arn).toMatch(/:6$/)
    expect(live.tags).toEqual(tags)
  }))

test('a revision registered by hand shows as drift, and the family is still ours', () =>
  onFreshAws(async aws => {
    const { name, props } = await taskDefinitionSample.prepare(aws)
    await taskDefinition.create(aws, name, props, tags, making())
    await aws.client(ECSClient).send(
      new RegisterTaskDefinitionCommand({
        family: name,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '1024',
        memory: '2048',
        containerDefinitions: [{ name: 'app', image: 'nginx' }],
      }),
    )
    const live = await liveOf(aws, name)
    expect(live.props.definition.cpu).toBe(1024)
    expect(live.tags).toEqual(tags)
  }))

test('in whatever order ECS answers with the containers, the definition is the same', () =>
  onFreshAws(async aws => {
    const { name, props } = await taskDefinitionSample.prepare(aws)
    const want = taskDefinition.normal?.(props) ?? props
    await taskDefinition.create(aws, name, want, tags, making())
    expect((await liveOf(aws, name)).props).toEqual(want)
    aws.client(ECSClient).middlewareStack.add(
      next => async args => {
        const answer = await next(args)
        const { taskDefinition: told } = answer.output as DescribeTaskDefinitionCommandOutput
        told?.containerDefinitions?.reverse()
        return answer
      },
      { step: 'initialize' },
    )
    expect((await liveOf(aws, name)).props).toEqual(want)
  }))

test('its removal leaves no revision, active or inactive', () =>
  onFreshAws(async aws => {
    const { name, props } = await taskDefinitionSample.prepare(aws)
    await taskDefinition.create(aws, name, props, tags, making())
    await changed(aws, name, { definition: { ...props.definition, cpu: 512, memory: 1024 } })
    await taskDefinition.remove(aws, await liveOf(aws, name))
    expect(await taskDefinition.read(aws, name)).toBeUndefined()
    expect(await revisionsOf(aws, 'ACTIVE')).toEqual([])
    expect(await revisionsOf(aws, 'INACTIVE')).toEqual([])
  }))

test('costs its Fargate share and the public address, by architecture', async () => {
  const definition = { cpu: 1024, memory: 2048, architecture: 'ARM64' } as TaskDefinitionProps['definition']
  const perHour = taskDefinition.price({ definition }).reduce((sum, { usd }) => sum + usd, 0)
  expect(perHour).toBeCloseTo(0.0445, 4)
  const x86 = taskDefinition.price({ definition: { ...definition, architecture: 'X86_64' } })
  expect(x86.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(0.0544, 4)
})
