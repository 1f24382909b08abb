import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs'
import { isAwsError } from '../awsError.ts'
import type { Aws, Outputs, Provisioner, Tags } from '../resource.ts'
import { nameInArn } from './kit/arn.ts'
import { type ContainerProps, containerFor, containerIn } from './kit/containerDefinition.ts'
import { prices } from './kit/prices.ts'
import { retagEcs } from './kit/retagEcs.ts'
import { allRevisions, discard, revisions } from './kit/revisions.ts'
import { lowerTagPairs, tagsFrom } from './kit/tags.ts'

export type { ContainerProps }

/** name: the family. Any change registers a new revision; old revisions beyond three are deregistered and deleted. */
export interface TaskDefinitionProps {
  definition: {
    cpu: number
    memory: number
    architecture: 'ARM64' | 'X86_64'
    executionRole: string
    taskRole: string
    /** Sorted. */
    volumes: string[]
    /** Sorted by name. */
    containers: ContainerProps[]
  }
}

export interface TaskDefinitionOut extends Outputs {
  /** With the revision. */
  arn: string
  family: string
}

type Definition = TaskDefinitionProps['definition']

const KEPT_REVISIONS = 3

/** ECS may answer with both in another order than it was given. */
const normal = ({ definition }: TaskDefinitionProps): TaskDefinitionProps => ({
  definition: {
    ...definition,
    volumes: [...definition.volumes].sort(),
    containers: definition.containers.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  },
})

const definitionIn = (echo: TaskDefinition): Definition => ({
  cpu: Number(echo.cpu ?? 0),
  memory: Number(echo.memory ?? 0),
  architecture: echo.runtimePlatform?.cpuArchitecture ?? 'X86_64',
  executionRole: echo.executionRoleArn ?? '',
  taskRole: echo.taskRoleArn ?? '',
  volumes: (echo.volumes ?? []).map(({ name = '' }) => name),
  containers: (echo.containerDefinitions ?? []).map(containerIn),
})

const register = (aws: Aws, family: string, definition: Definition, tags: Tags) =>
  aws.client(ECSClient).send(
    new RegisterTaskDefinitionCommand({
      family,
      tags: lowerTagPairs(tags),
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { cpuArchitecture: definition.architecture, operatingSystemFamily: 'LINUX' },
      cpu: String(definition.cpu),
      memory: String(definition.memory),
      executionRoleArn: definition.executionRole,
      taskRoleArn: definition.taskRole,
      volumes: definition.volumes.map(name => ({ name })),
      containerDefinitions: definition.containers.map(containerFor),
    }),
  )

/** The newest active revision, or one by ARN; undefined when the family has none. */
const describe = async (aws: Aws, taskDefinition: string) => {
  try {
    return await aws
      .client(ECSClient)
      .send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }))
  } catch (error) {
    // ECS has no name of its own for it.
    const absent =
      isAwsError(error, 'ClientException') && /Unable to describe/i.test((error as Error).message)
    if (absent) return undefined
    throw error
  }
}

/** A revision somebody registered by hand carries no tags: whose the family is, the newest tagged one says. */
const tagsOfFamily = async (aws: Aws, family: string): Promise<Tags> => {
  const recent = (await revisions(aws, family, 'ACTIVE')).slice(1, 1 + KEPT_REVISIONS)
  const described = await Promise.all(recent.map(arn => describe(aws, arn)))
  return tagsFrom(described.find(answer => answer?.tags?.length)?.tags)
}

export const taskDefinition: Provisioner<TaskDefinitionProps, TaskDefinitionOut> = {
  kind: 'taskDefinition',
  naming: { max: 255, allow: /^[A-Za-z0-9_-]+$/ },
  permissions: {
    read: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'],
    write: [
      'ecs:RegisterTaskDefinition',
      'ecs:DeregisterTaskDefinition',
      'ecs:DeleteTaskDefinitions',
      'ecs:TagResource',
      'ecs:UntagResource',
      'iam:PassRole',
    ],
    remove: ['ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition', 'ecs:DeleteTaskDefinitions'],
  },
  renews: ['arn'],
  settles: { usuallySeconds: 1, atMostSeconds: 120 },
  removeAfter: ['cluster'],
  hunt: { arn: arn => nameInArn('ecs', 'task-definition/')(arn)?.replace(/:\d+$/, '') },
  normal,

  async read(aws, name) {
    const found = await describe(aws, name)
    if (found?.taskDefinition === undefined || found.taskDefinition.status === 'INACTIVE') return undefined
    const { taskDefinitionArn = '', revision = 1 } = found.taskDefinition
    const untagged = !found.tags?.length && revision > 1
    return {
      props: normal({ definition: definitionIn(found.taskDefinition) }),
      out: { arn: taskDefinitionArn, family: name },
      tags: untagged ? await tagsOfFamily(aws, name) : tagsFrom(found.tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) => register(aws, name, want.definition, tags),

  change: {
    async definition(aws, live, want) {
      const { family } = live.out
      await register(aws, family, want.definition, live.tags)
      const { active, inactive } = await allRevisions(aws, family)
      await discard(aws, active.slice(KEPT_REVISIONS), inactive)
    },
  },

  retag: (aws, live, put, drop) => retagEcs(aws, live.out.arn, put, drop),

  /** The newest revision goes last: while it stands, an interrupted removal can be found and continued. */
  async remove(aws, live) {
    const { active, inactive } = await allRevisions(aws, live.out.family)
    await discard(aws, active.slice(1), inactive)
    await discard(aws, active.slice(0, 1), [])
  },

  price: ({ definition: { cpu, memory, architecture } }) => [
    {
      item: `${cpu / 1024} vCPU`,
      unit: 'running hour',
      usd: (cpu / 1024) * prices.fargateVcpuHour[architecture],
    },
    {
      item: `${memory / 1024} GB memory`,
      unit: 'running hour',
      usd: (memory / 1024) * prices.fargateGbHour[architecture],
    },
    { item: 'public IPv4 address', unit: 'running hour', usd: prices.publicIpv4Hour },
  ],
}
