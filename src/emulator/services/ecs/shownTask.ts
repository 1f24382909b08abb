import type * as ECS from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { shownTags } from './tags.ts'
import { lastStatus, reachedAt, type Task, type TaskContainer } from './task.ts'

/** A task as DescribeTasks shows it now. `include: ['TAGS']` adds its tags. */
export const shownTask = (call: Call, task: Task, include: readonly string[]): ECS.Task => {
  const status = lastStatus(task)
  const connectedAt = reachedAt(task, 'PENDING')
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy ?? undefined,
    ...(task.capacityProvider === null
      ? { launchType: task.launchType as ECS.LaunchType }
      : { capacityProviderName: task.capacityProvider, launchType: 'FARGATE' as const }),
    platformVersion: task.platformVersion,
    platformFamily: 'Linux',
    lastStatus: status,
    desiredStatus: task.desiredStatus,
    cpu: task.cpu,
    memory: task.memory,
    availabilityZone: task.availabilityZone,
    attributes: [],
    attachments: [shownAttachment(task, status)],
    connectivity: connectedAt === null ? undefined : 'CONNECTED',
    connectivityAt: time(connectedAt),
    containers: task.containers.map(container => shownContainer(task, container)),
    createdAt: new Date(task.createdAt),
    pullStartedAt: time(task.pullStartedAt),
    pullStoppedAt: time(task.pullStoppedAt),
    startedAt: time(reachedAt(task, 'RUNNING')),
    stoppingAt: time(task.stoppingAt),
    stoppedAt: time(reachedAt(task, 'STOPPED')),
    executionStoppedAt: time(task.executionStoppedAt),
    stopCode: (task.stopCode ?? undefined) as ECS.TaskStopCode | undefined,
    stoppedReason: task.stoppedReason ?? undefined,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: { sizeInGiB: task.ephemeralGiB },
    fargateEphemeralStorage: { sizeInGiB: task.ephemeralGiB },
    healthStatus: taskHealth(task),
    inferenceAccelerators: [],
    overrides: task.overrides,
    tags: shownTags(call, task.arn, include),
    version: task.version,
  }
}

const time = (at: number | null): Date | undefined => (at === null ? undefined : new Date(at))

/** Ill as soon as one container is; healthy when all that are watched are. */
const taskHealth = ({ containers }: Task): TaskContainer['health'] => {
  const told = containers.map(({ health }) => health)
  if (told.includes('UNHEALTHY')) return 'UNHEALTHY'
  return told.includes('HEALTHY') ? 'HEALTHY' : 'UNKNOWN'
}

const shownAttachment = ({ attachment }: Task, status: string): ECS.Attachment => ({
  id: attachment.id,
  type: 'ElasticNetworkInterface',
  status: status === 'STOPPED' ? 'DELETED' : status === 'PROVISIONING' ? 'ATTACHING' : 'ATTACHED',
  details: [
    { name: 'subnetId', value: attachment.subnetId },
    { name: 'networkInterfaceId', value: attachment.interfaceId },
    { name: 'macAddress', value: attachment.mac },
    { name: 'privateIPv4Address', value: attachment.privateIp },
  ],
})

const shownContainer = (task: Task, container: TaskContainer): ECS.Container => ({
  containerArn: container.arn,
  taskArn: task.arn,
  name: container.name,
  image: container.image,
  imageDigest: container.imageDigest ?? undefined,
  lastStatus: container.lastStatus,
  runtimeId: container.lastStatus === 'PENDING' ? undefined : container.runtimeId,
  exitCode: container.exitCode ?? undefined,
  reason: container.reason ?? undefined,
  networkInterfaces: [{ attachmentId: task.attachment.id, privateIpv4Address: task.attachment.privateIp }],
  healthStatus: container.health,
  cpu: container.cpu,
  memory: container.memory ?? undefined,
})
