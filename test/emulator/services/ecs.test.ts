import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { beforeEach, describe, expect, test } from 'vitest'
import { ec2 } from '../../../src/emulator/services/ec2.ts'
import { enterStatus } from '../../../src/emulator/services/ecs/taskStates.ts'
import { ecs } from '../../../src/emulator/services/ecs.ts'
import { eventTable } from '../../../src/emulator/services/events/event.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof ecs>
let net: Asked<typeof ec2>

beforeEach(() => {
  world = new World()
  ask = world.ask(ecs, 'ecs')
  net = world.ask(ec2, 'ec2')
})

const main: ContainerDefinition = { name: 'main', image: 'app:1', portMappings: [{ containerPort: 8000 }] }

const backend = (
  over: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput => ({
  family: 'backend',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [main],
  ...over,
})

const capacity = {
  capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
}

describe('clusters', () => {
  test('tags and settings are told only when asked for', async () => {
    await ask.CreateCluster({ clusterName: 'a', tags: [{ key: 'x', value: '1' }] })
    const plain = await ask.DescribeClusters({ clusters: ['a'] })
    const full = await ask.DescribeClusters({ clusters: ['a'], include: ['TAGS', 'SETTINGS'] })
    expect(plain.clusters?.[0]).toMatchObject({ tags: [], settings: [], status: 'ACTIVE' })
    expect(full.clusters?.[0]).toMatchObject({
      tags: [{ key: 'x', value: '1' }],
      settings: [{ name: 'containerInsights', value: 'disabled' }],
    })
  })

  test('one never made is a failure, one deleted an INACTIVE ghost without tags', async () => {
    await ask.CreateCluster({ clusterName: 'gone', tags: [{ key: 'x', value: '1' }] })
    await ask.DeleteCluster({ cluster: 'gone' })
    const answer = await ask.DescribeClusters({ clusters: ['gone', 'never'], include: ['TAGS'] })
    expect(answer.clusters).toMatchObject([{ clusterName: 'gone', status: 'INACTIVE', tags: [] }])
    expect(answer.failures).toEqual([
      { arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/never', reason: 'MISSING' },
    ])
    expect((await ask.ListClusters({})).clusterArns).toEqual([])
    await expect(ask.DeleteCluster({ cluster: 'gone' })).rejects.toMatchObject({
      code: 'ClusterNotFoundException',
    })
    world.advance(3601)
    expect((await ask.DescribeClusters({ clusters: ['gone'] })).failures).toHaveLength(1)
  })

  test('creating again answers the same cluster, and refuses other arguments', async () => {
    const first = await ask.CreateCluster({ clusterName: 'a', tags: [{ key: 'x', value: '1' }] })
    const again = await ask.CreateCluster({ clusterName: 'a', tags: [{ key: 'x', value: '1' }] })
    expect(again).toEqual(first)
    await expect(ask.CreateCluster({ clusterName: 'a' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })

  test('while capacity providers are attached, further changes are refused', async () => {
    const made = await ask.CreateCluster({ clusterName: 'a', ...capacity })
    expect(made.cluster?.status).toBe('PROVISIONING')
    await expect(ask.PutClusterCapacityProviders({ cluster: 'a', ...capacity })).rejects.toMatchObject({
      code: 'UpdateInProgressException',
    })
    world.advance(3)
    const put = await ask.PutClusterCapacityProviders({
      cluster: 'a',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [],
    })
    expect(put.cluster).toMatchObject({
      capacityProviders: ['FARGATE'],
      attachmentsStatus: 'UPDATE_IN_PROGRESS',
    })
    await expect(ask.DeleteCluster({ cluster: 'a' })).rejects.toMatchObject({
      code: 'UpdateInProgressException',
    })
    world.advance(3)
    await ask.DeleteCluster({ cluster: 'a' })
  })

  test('a strategy may name only providers of the cluster', async () => {
    await expect(
      ask.CreateCluster({ ...capacity, clusterName: 'a', capacityProviders: ['FARGATE_SPOT'] }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' })
    await expect(ask.CreateCluster({ clusterName: 'a', capacityProviders: ['MINE'] })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })
})

describe('task definitions', () => {
  test('AWS fills in what was left out', async () => {
    const { taskDefinition } = await ask.RegisterTaskDefinition(
      backend({
        volumes: [{ name: 'data' }],
        containerDefinitions: [{ ...main, healthCheck: { command: ['true'] } }],
      }),
    )
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/backend:1',
      revision: 1,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      placementConstraints: [],
      enableFaultInjection: false,
      volumes: [{ name: 'data', host: {} }],
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: 'tcp' }],
          healthCheck: { command: ['true'], interval: 30, timeout: 5, retries: 3 },
        },
      ],
    })
    expect(taskDefinition?.requiresAttributes).toContainEqual({ name: 'ecs.capability.task-eni' })
  })

  test('the family means its newest ACTIVE revision; tags only when asked for', async () => {
    await ask.RegisterTaskDefinition(backend({ tags: [{ key: 'n', value: '1' }] }))
    await ask.RegisterTaskDefinition(backend({ tags: [{ key: 'n', value: '2' }] }))
    await ask.DeregisterTaskDefinition({ taskDefinition: 'backend:2' })
    const newest = await ask.DescribeTaskDefinition({ taskDefinition: 'backend', include: ['TAGS'] })
    expect(newest).toMatchObject({ taskDefinition: { revision: 1 }, tags: [{ key: 'n', value: '1' }] })
    const second = await ask.DescribeTaskDefinition({ taskDefinition: 'backend:2' })
    expect(second).toMatchObject({ taskDefinition: { status: 'INACTIVE' }, tags: [] })
    await ask.DeregisterTaskDefinition({ taskDefinition: 'backend:1' })
    await expect(ask.DescribeTaskDefinition({ taskDefinition: 'backend' })).rejects.toMatchObject({
      code: 'ClientException',
      message: 'Unable to describe task definition.',
    })
  })

  test('lists are by status, and numbers sort as numbers', async () => {
    for (let n = 0; n < 11; n += 1) await ask.RegisterTaskDefinition(backend())
    await ask.DeregisterTaskDefinition({ taskDefinition: 'backend:2' })
    const revisions = async (input: object) =>
      (await ask.ListTaskDefinitions({ familyPrefix: 'backend', ...input })).taskDefinitionArns?.map(arn =>
        Number(arn.split(':').at(-1)),
      )
    expect(await revisions({})).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(await revisions({ sort: 'DESC', maxResults: 2 })).toEqual([11, 10])
    expect(await revisions({ status: 'INACTIVE' })).toEqual([2])
    expect((await ask.ListTaskDefinitionFamilies({ status: 'INACTIVE' })).families).toEqual([])
    expect((await ask.ListTaskDefinitionFamilies({ familyPrefix: 'back' })).families).toEqual(['backend'])
  })

  test('an ACTIVE one cannot be deleted; a deleted one goes, and its number never comes back', async () => {
    await ask.RegisterTaskDefinition(backend())
    const early = await ask.DeleteTaskDefinitions({ taskDefinitions: ['backend:1', 'backend:9'] })
    expect(early.taskDefinitions).toEqual([])
    expect(early.failures).toHaveLength(2)
    await ask.DeregisterTaskDefinition({ taskDefinition: 'backend:1' })
    const late = await ask.DeleteTaskDefinitions({ taskDefinitions: ['backend:1'] })
    expect(late).toMatchObject({ taskDefinitions: [{ status: 'DELETE_IN_PROGRESS' }], failures: [] })
    world.advance(120)
    expect((await ask.ListTaskDefinitions({ status: 'DELETE_IN_PROGRESS' })).taskDefinitionArns).toEqual([])
    const next = await ask.RegisterTaskDefinition(backend())
    expect(next.taskDefinition?.revision).toBe(2)
  })

  test.each([
    ['a pair of sizes Fargate lacks', { memory: '300' }, /No Fargate configuration exists for given values/],
    ['no cpu', { cpu: undefined }, /'cpu' be defined at the task level/],
    ['another network mode', { networkMode: 'bridge' as const }, /only supports network mode 'awsvpc'/],
    ['no containers', { containerDefinitions: [] }, /Container list cannot be empty/],
    [
      'no essential container',
      { containerDefinitions: [{ ...main, essential: false }] },
      /at least one essential/,
    ],
    [
      'an unknown volume',
      { containerDefinitions: [{ ...main, mountPoints: [{ sourceVolume: 'x' }] }] },
      /Unknown volume 'x'/,
    ],
    [
      'an image of ECR without a role',
      { containerDefinitions: [{ ...main, image: '1.dkr.ecr.us-east-1.amazonaws.com/a' }] },
      /execution role ARN to support ECR images/,
    ],
    [
      'another host port',
      { containerDefinitions: [{ ...main, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
      /host ports and container ports in port mappings must match/,
    ],
    [
      'a dependency on an essential one',
      {
        containerDefinitions: [
          main,
          { name: 'b', image: 'i', dependsOn: [{ containerName: 'main', condition: 'SUCCESS' as const }] },
        ],
      },
      /essential container 'main'/,
    ],
    [
      'a stop timeout beyond 120 s',
      { containerDefinitions: [{ ...main, stopTimeout: 121 }] },
      /at most 120 seconds/,
    ],
    [
      'a name both plain and secret',
      {
        containerDefinitions: [
          { ...main, environment: [{ name: 'K', value: '1' }], secrets: [{ name: 'K', valueFrom: 'arn:x' }] },
        ],
      },
      /secret name must be unique/,
    ],
  ])('%s is refused', async (_, over, message) => {
    await expect(ask.RegisterTaskDefinition(backend(over))).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringMatching(message),
    })
    expect((await ask.ListTaskDefinitions({})).taskDefinitionArns).toEqual([])
  })

  test('a cycle of dependencies is refused', async () => {
    const link = (name: string, on: string): ContainerDefinition => ({
      name,
      image: 'i',
      dependsOn: [{ containerName: on, condition: 'START' }],
    })
    await expect(
      ask.RegisterTaskDefinition(backend({ containerDefinitions: [link('a', 'b'), link('b', 'a')] })),
    ).rejects.toMatchObject({ message: 'Container dependencies contain a cycle.' })
  })
})

describe('tasks', () => {
  const network = async (assignPublicIp: 'ENABLED' | 'DISABLED' = 'ENABLED', zone = 'use1-az1') => {
    const { Subnets } = await net.DescribeSubnets({
      Filters: [{ Name: 'availability-zone-id', Values: [zone] }],
    })
    return {
      awsvpcConfiguration: { subnets: Subnets?.map(({ SubnetId }) => SubnetId ?? ''), assignPublicIp },
    }
  }

  const run = async (over: object = {}) =>
    ask.RunTask({
      cluster: 'c',
      taskDefinition: 'backend',
      launchType: 'FARGATE',
      networkConfiguration: await network(),
      ...over,
    })

  const one = async (over: object = {}): Promise<string> => (await run(over)).tasks?.[0]?.taskArn ?? ''

  /** What runs the task carries it on. */
  const enter = (arn: string, ...statuses: string[]): void => {
    for (const status of statuses) enterStatus(world.call('ecs'), arn, status)
  }

  const describeOne = async (arn: string) =>
    (await ask.DescribeTasks({ cluster: 'c', tasks: [arn], include: ['TAGS'] })).tasks?.[0]

  beforeEach(async () => {
    await ask.CreateCluster({ clusterName: 'c' })
    await ask.RegisterTaskDefinition(backend({ tags: [{ key: 'of', value: 'definition' }] }))
  })

  test('a task goes from PROVISIONING to RUNNING, and to STOPPED when told', async () => {
    const arn = await one({ startedBy: 'me' })
    expect((await describeOne(arn))?.lastStatus).toBe('PROVISIONING')
    enter(arn, 'PENDING', 'RUNNING')
    const stopping = await ask.StopTask({ cluster: 'c', task: arn, reason: 'Manual shutdown' })
    expect(stopping.task).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' })
    enter(arn, 'STOPPED')
    const last = await describeOne(arn)
    expect(last).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'Manual shutdown',
      startedBy: 'me',
    })
    await expect(ask.StopTask({ cluster: 'c', task: arn })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    })
    world.advance(3601)
    expect((await ask.DescribeTasks({ cluster: 'c', tasks: [arn] })).failures).toEqual([
      { arn, reason: 'MISSING' },
    ])
  })

  test('its interface gives the address, and goes with it', async () => {
    const arn = await one()
    const details = (await describeOne(arn))?.attachments?.[0]?.details ?? []
    const eni = details.find(({ name }) => name === 'networkInterfaceId')?.value ?? ''
    const seen = await net.DescribeNetworkInterfaces({ NetworkInterfaceIds: [eni] })
    expect(seen.NetworkInterfaces?.[0]?.Association?.PublicIp).toMatch(/^127\.\d+\.\d+\.\d+$/)
    expect(details).toContainEqual({
      name: 'privateIPv4Address',
      value: seen.NetworkInterfaces?.[0]?.PrivateIpAddress,
    })
    enter(arn, 'STOPPED')
    await expect(net.DescribeNetworkInterfaces({ NetworkInterfaceIds: [eni] })).rejects.toMatchObject({
      code: 'InvalidNetworkInterfaceID.NotFound',
    })
  })

  test('the tags of one that ended by itself go with it', async () => {
    const arn = await one({ tags: [{ key: 'of', value: 'call' }] })
    enter(arn, 'PENDING', 'RUNNING', 'STOPPED')
    expect((await describeOne(arn))?.tags).toEqual([{ key: 'of', value: 'call' }])
    world.advance(3601)
    expect(await describeOne(arn)).toBeUndefined()
    expect(world.call('ecs').table('tags').has(arn)).toBe(false)
  })

  test('tags come from the definition and the call, and StopTask deletes them', async () => {
    const arn = await one({ propagateTags: 'TASK_DEFINITION', tags: [{ key: 'of', value: 'call' }] })
    expect((await describeOne(arn))?.tags).toEqual([{ key: 'of', value: 'call' }])
    await ask.StopTask({ cluster: 'c', task: arn })
    expect((await describeOne(arn))?.tags).toEqual([])
  })

  test('lists are by family or by starter, never both, and by desired status', async () => {
    const mine = await one({ startedBy: 'me' })
    const other = await one({ startedBy: 'you' })
    const list = async (input: object) => (await ask.ListTasks({ cluster: 'c', ...input })).taskArns
    expect(await list({ startedBy: 'me' })).toEqual([mine])
    expect(await list({ family: 'backend' })).toEqual([mine, other].sort())
    expect(await list({ family: 'else' })).toEqual([])
    await expect(ask.ListTasks({ cluster: 'c', startedBy: 'me', family: 'backend' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await ask.StopTask({ cluster: 'c', task: mine })
    expect(await list({})).toEqual([other])
    expect(await list({ desiredStatus: 'STOPPED' })).toEqual([mine])
  })

  test('a client token gives the same task, and refuses another request', async () => {
    const first = await one({ clientToken: 'session-1' })
    expect(await one({ clientToken: 'session-1' })).toBe(first)
    expect(await one({ clientToken: 'session-2' })).not.toBe(first)
    await expect(run({ clientToken: 'session-1', startedBy: 'else' })).rejects.toMatchObject({
      code: 'ConflictException',
      fields: { resourceIds: [first] },
    })
    world.advance(25 * 3600)
    expect(await one({ clientToken: 'session-1', startedBy: 'else' })).not.toBe(first)
  })

  test('where Fargate is not, the answer is 200 with failures', async () => {
    const answer = await run({ networkConfiguration: await network('ENABLED', 'use1-az3') })
    expect(answer.tasks).toEqual([])
    expect(answer.failures?.[0]?.reason).toMatch(/^Capacity is unavailable at this time/)
  })

  test.each([
    [
      'an unknown subnet',
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0'] } } },
      'InvalidParameterException',
    ],
    ['no network', { networkConfiguration: undefined }, 'InvalidParameterException'],
    [
      'Spot the cluster does not list',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'InvalidParameterException',
    ],
    [
      'both launch type and strategy',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
    ],
    ['tags of a service', { propagateTags: 'SERVICE' }, 'InvalidParameterException'],
    [
      'an override of no container',
      { overrides: { containerOverrides: [{ name: 'x' }] } },
      'InvalidParameterException',
    ],
    ['an unknown cluster', { cluster: 'x' }, 'ClusterNotFoundException'],
    ['an unknown definition', { taskDefinition: 'x' }, 'ClientException'],
  ])('%s is refused and starts nothing', async (_, over, code) => {
    await expect(run(over)).rejects.toMatchObject({ code })
    expect((await ask.ListTasks({ cluster: 'c' })).taskArns).toEqual([])
  })

  test('a role ECS cannot assume yet starts nothing, until IAM has carried it there', async () => {
    const role = 'arn:aws:iam::000000000000:role/task'
    await ask.RegisterTaskDefinition(backend({ family: 'roled', taskRoleArn: role }))
    await expect(run({ taskDefinition: 'roled' })).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringMatching(/^ECS was unable to assume the role/),
    })
    const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } }] }
    world
      .call('iam')
      .table('roles')
      .set('task', { arn: role, createdAt: world.now, trust: JSON.stringify(trust) })
    await expect(run({ taskDefinition: 'roled' })).rejects.toMatchObject({ code: 'ClientException' })
    world.advance(10)
    expect((await run({ taskDefinition: 'roled' })).tasks).toHaveLength(1)
  })

  test('a cluster with a task cannot go until the task has stopped', async () => {
    const arn = await one()
    await expect(ask.DeleteCluster({ cluster: 'c' })).rejects.toMatchObject({
      code: 'ClusterContainsTasksException',
    })
    enter(arn, 'STOPPED')
    await ask.DeleteCluster({ cluster: 'c' })
  })

  test('a definition being deleted stays while its task runs', async () => {
    const arn = await one()
    await ask.DeregisterTaskDefinition({ taskDefinition: 'backend:1' })
    await ask.DeleteTaskDefinitions({ taskDefinitions: ['backend:1'] })
    world.advance(600)
    const going = async () =>
      (await ask.ListTaskDefinitions({ status: 'DELETE_IN_PROGRESS' })).taskDefinitionArns
    expect(await going()).toHaveLength(1)
    enter(arn, 'STOPPED')
    expect(await going()).toEqual([])
  })

  test('each change of a task counts and is an event with what DescribeTasks tells', async () => {
    const arn = await one({ startedBy: 'me' })
    enter(arn, 'PENDING', 'PENDING')
    await ask.StopTask({ cluster: 'c', task: arn, reason: 'enough' })
    const told = eventTable(world.call('events')).values()
    expect(
      told.map(({ detail }) => [detail['version'], detail['lastStatus'], detail['desiredStatus']]),
    ).toEqual([
      [1, 'PROVISIONING', 'RUNNING'],
      [2, 'PENDING', 'RUNNING'],
      [3, 'PENDING', 'STOPPED'],
    ])
    expect(told.at(-1)).toMatchObject({
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      resources: [arn],
      detail: {
        taskArn: arn,
        group: 'family:backend',
        startedBy: 'me',
        stopCode: 'UserInitiated',
        stoppedReason: 'enough',
        attachments: [{ type: 'eni' }],
        containers: [{ name: 'main', lastStatus: 'PENDING' }],
      },
    })
    expect(told.at(-1)?.detail).not.toHaveProperty('tags')
  })
})

describe('tags of things', () => {
  test('are put, dropped and listed by ARN', async () => {
    const arn = (await ask.CreateCluster({ clusterName: 'a' })).cluster?.clusterArn ?? ''
    await ask.TagResource({
      resourceArn: arn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    })
    await ask.UntagResource({ resourceArn: arn, tagKeys: ['a'] })
    expect((await ask.ListTagsForResource({ resourceArn: arn })).tags).toEqual([{ key: 'b', value: '2' }])
  })

  test('of what is not there are refused, and so are reserved keys', async () => {
    const arn = (await ask.CreateCluster({ clusterName: 'a' })).cluster?.clusterArn ?? ''
    await expect(ask.ListTagsForResource({ resourceArn: `${arn}x` })).rejects.toMatchObject({
      code: 'ClusterNotFoundException',
    })
    await expect(
      ask.TagResource({ resourceArn: arn, tags: [{ key: 'AWS:x', value: '' }] }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })
})
