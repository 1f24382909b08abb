import * as ECS from '@aws-sdk/client-ecs'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

export const ecsScript = async (connect: Connect): Promise<Outcome[]> => {
  const ecs = connect(ECS.ECSClient)
  const script = new Script()
  const cluster = { clusterName: 'same', tags: [{ key: 'app', value: 'a' }] }
  await script.step(
    'create cluster',
    () => ecs.send(new ECS.CreateClusterCommand(cluster)),
    ({ cluster }) => [cluster?.clusterArn, cluster?.status, cluster?.runningTasksCount],
  )
  await script.step(
    'describe clusters',
    () => ecs.send(new ECS.DescribeClustersCommand({ clusters: ['same', 'none'], include: ['TAGS'] })),
    ({ clusters, failures }) => [clusters?.map(({ tags }) => tags), failures],
  )
  await script.step(
    'describe without tags',
    () => ecs.send(new ECS.DescribeClustersCommand({ clusters: ['same'] })),
    ({ clusters }) => clusters?.[0]?.tags ?? [],
  )
  const register = (over: object = {}) =>
    ecs.send(
      new ECS.RegisterTaskDefinitionCommand({
        family: 'same',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: 'main',
            image: 'app:1',
            environment: [{ name: 'A', value: '1' }],
            portMappings: [{ containerPort: 80 }],
          },
        ],
        ...over,
      }),
    )
  await script.step('register', register, ({ taskDefinition }) => {
    const { cpu, memory, networkMode, revision, status, taskDefinitionArn, volumes, placementConstraints } =
      taskDefinition ?? {}
    return { cpu, memory, networkMode, revision, status, taskDefinitionArn, volumes, placementConstraints }
  })
  await script.step('container as told', register, ({ taskDefinition }) => {
    const { name, image, environment, essential, mountPoints, volumesFrom, portMappings } =
      taskDefinition?.containerDefinitions?.[0] ?? {}
    return {
      name,
      image,
      environment,
      essential,
      mountPoints,
      volumesFrom,
      ports: portMappings?.map(({ hostPort }) => hostPort),
    }
  })
  const list = (status?: 'ACTIVE' | 'INACTIVE') =>
    ecs.send(new ECS.ListTaskDefinitionsCommand({ familyPrefix: 'same', status }))
  await script.step(
    'list',
    () => list(),
    ({ taskDefinitionArns }) => taskDefinitionArns,
  )
  await script.step(
    'deregister',
    () => ecs.send(new ECS.DeregisterTaskDefinitionCommand({ taskDefinition: 'same:2' })),
    ({ taskDefinition }) => taskDefinition?.status,
  )
  await script.step(
    'list inactive',
    () => list('INACTIVE'),
    ({ taskDefinitionArns }) => taskDefinitionArns,
  )
  await script.step(
    'latest',
    () => ecs.send(new ECS.DescribeTaskDefinitionCommand({ taskDefinition: 'same' })),
    ({ taskDefinition }) => taskDefinition?.revision,
  )
  await script.step('describe none', () =>
    ecs.send(new ECS.DescribeTaskDefinitionCommand({ taskDefinition: 'none' })),
  )
  await script.step('deregister none', () =>
    ecs.send(new ECS.DeregisterTaskDefinitionCommand({ taskDefinition: 'none:1' })),
  )
  await script.step('deregister without revision', () =>
    ecs.send(new ECS.DeregisterTaskDefinitionCommand({ taskDefinition: 'same' })),
  )
  await script.step('next revision', register, ({ taskDefinition }) => taskDefinition?.revision)
  await script.step('tasks of none', () => ecs.send(new ECS.ListTasksCommand({ cluster: 'none' })))
  await script.step(
    'describe no task',
    () => ecs.send(new ECS.DescribeTasksCommand({ cluster: 'same', tasks: ['x'] })),
    ({ failures }) => failures?.map(({ reason }) => reason),
  )
  await script.step('stop none', () => ecs.send(new ECS.StopTaskCommand({ cluster: 'same', task: 'x' })))
  await script.step(
    'delete cluster',
    () => ecs.send(new ECS.DeleteClusterCommand({ cluster: 'same' })),
    ({ cluster }) => cluster?.status,
  )
  await script.step('delete again', () => ecs.send(new ECS.DeleteClusterCommand({ cluster: 'same' })))
  await script.step(
    'ghost',
    () => ecs.send(new ECS.DescribeClustersCommand({ clusters: ['same'] })),
    ({ clusters }) => clusters?.map(({ status }) => status),
  )
  await script.step('register without cpu', () => register({ cpu: undefined }))
  await script.step('no image', () => register({ containerDefinitions: [{ name: 'main' }] }))
  return script.outcomes
}

const CONTAINER = {
  name: 'main',
  image: 'app:1',
  environment: [{ name: 'A', value: '1' }],
  essential: true,
  mountPoints: [],
  volumesFrom: [],
}

/** Where moto answers otherwise than AWS says it does. */
export const ecsMotoErrs: Errs = {
  'container as told': {
    moto: { ...CONTAINER, ports: [undefined] },
    because: 'PortMapping: with awsvpc, a hostPort left out is set to the containerPort',
  },
  'register without cpu': {
    moto: 'done',
    because: 'RegisterTaskDefinition: tasks on Fargate must say their cpu and memory',
  },
  latest: { moto: 2, because: 'DescribeTaskDefinition: a family means its latest ACTIVE revision' },
  'deregister without revision': {
    moto: 'ClientException 400',
    because: 'DeregisterTaskDefinition: "Revision is missing." is an InvalidParameterException',
  },
  'describe no task': { moto: [], because: 'DescribeTasks: failures name what was not found' },
  'stop none': { moto: 'SyntaxError 500', because: 'StopTask: an unknown task is InvalidParameterException' },
  'delete again': { moto: 'done', because: 'DeleteCluster: an INACTIVE cluster is ClusterNotFoundException' },
}
