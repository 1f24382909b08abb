import { randomBytes, randomUUID } from 'node:crypto'
import type * as ECS from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { attachInterface } from '../ec2/interface.ts'
import type { Subnet } from '../ec2/network.ts'
import type { Cluster } from './cluster.ts'
import type { Task } from './task.ts'
import type { TaskDefinition } from './taskDefinition.ts'

/** The row of a task that begins now, its interface attached. */
export const newTask = (
  call: Call,
  of: {
    cluster: Cluster
    definition: TaskDefinition
    input: ECS.RunTaskCommandInput
    capacity: string | null
    subnet: Subnet
    groups: string[]
    publicIp: boolean
  },
): Task => {
  const id = randomBytes(16).toString('hex')
  const arn = `${of.cluster.arn.replace(':cluster/', ':task/')}/${id}`
  const eni = attachInterface(call, {
    ...of,
    description: `arn:aws:ecs:${call.region}:${call.account}:attachment/${randomUUID()}`,
  })
  const { definition } = of.definition
  return {
    arn,
    clusterArn: of.cluster.arn,
    taskDefinitionArn: of.definition.arn,
    family: of.definition.family,
    group: of.input.group ?? `family:${of.definition.family}`,
    startedBy: of.input.startedBy ?? null,
    launchType: 'FARGATE',
    capacityProvider: of.capacity,
    platformVersion: '1.4.0',
    cpu: of.input.overrides?.cpu ?? definition.cpu ?? '256',
    memory: of.input.overrides?.memory ?? definition.memory ?? '512',
    overrides: {
      inferenceAcceleratorOverrides: [],
      ...of.input.overrides,
      containerOverrides: overridesOf(of),
    },
    containers: (definition.containerDefinitions ?? []).map(container => ({
      arn: `${arn.replace(':task/', ':container/')}/${randomUUID()}`,
      name: container.name ?? '',
      image: container.image ?? '',
      imageDigest: null,
      runtimeId: `${id}-${String(randomBytes(4).readUInt32BE()).padStart(10, '0')}`,
      cpu: String(container.cpu ?? 0),
      memory: container.memory === undefined ? null : String(container.memory),
      lastStatus: 'PENDING',
      health: 'UNKNOWN',
      exitCode: null,
      reason: null,
    })),
    attachment: {
      id: eni.description.split('/').at(-1) ?? '',
      interfaceId: eni.id,
      subnetId: eni.subnetId,
      privateIp: eni.privateIp,
      mac: eni.mac,
    },
    availabilityZone: eni.availabilityZone,
    enableExecuteCommand: of.input.enableExecuteCommand ?? false,
    ephemeralGiB: definition.ephemeralStorage?.sizeInGiB ?? 20,
    createdAt: call.now,
    desiredStatus: 'RUNNING',
    timeline: [{ status: 'PROVISIONING', at: call.now }],
    pullStartedAt: null,
    pullStoppedAt: null,
    stoppingAt: null,
    executionStoppedAt: null,
    stopCode: null,
    stoppedReason: null,
    version: 1,
  }
}

/** ECS shows an override for every container, empty where none was given. */
const overridesOf = (of: {
  definition: TaskDefinition
  input: ECS.RunTaskCommandInput
}): ECS.ContainerOverride[] =>
  (of.definition.definition.containerDefinitions ?? []).map(
    ({ name }) =>
      of.input.overrides?.containerOverrides?.find(override => override.name === name) ?? { name },
  )
