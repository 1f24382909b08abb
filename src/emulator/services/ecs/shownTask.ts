import type * as ECS from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { shownTags } from './tags.ts'
import { lastStatus, reachedAt, type Task, type TaskContainer } from './task.ts'

/** A task as DescribeTasks shows it now. `include: ['TAGS']` adds its tags. */
export const shownTask = (call: Call, task: Task, include: readonly string[]): ECS.Task => {
  const status = lastStatus(task, call.now)
  const time = (phase: string): Date | undefined => {
    const at = reachedAt(task, phase, call.now)
    return at === null ? undefined : new Date(at)
  }
  const stopping = task.timeline.find(({ status }) => status === 'STOPPING' || status === 'DEPROVISIONING')
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
    connectivity: status === 'RUNNING' ? 'CONNECTED' : undefined,
    connectivityAt: status === 'RUNNING' ? time('RUNNING') : undefined,
    containers: task.containers.map(container => shownContainer(task, container, status)),
    createdAt: new Date(task.createdAt),
    pullStartedAt: time('PENDING'),
    pullStoppedAt: time('RUNNING'),
    startedAt: time('RUNNING'),
    stoppingAt: stopping && new Date(stopping.at),
    stoppedAt: time('STOPPED'),
    executionStoppedAt: time('DEPROVISIONING'),
    stopCode: (task.stopCode ?? undefined) as ECS.TaskStopCode | undefined,
    stoppedReason: task.stoppedReason ?? undefined,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: { sizeInGiB: task.ephemeralGiB },
    fargateEphemeralStorage: { sizeInGiB: task.ephemeralGiB },
    healthStatus: 'UNKNOWN',
    inferenceAccelerators: [],
    overrides: task.overrides,
    tags: shownTags(call, task.arn, include),
    /** ECS counts every change of the task. */
    version: task.timeline.filter(({ at }) => at <= call.now).length,
  }
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

const shownContainer = (task: Task, container: TaskContainer, status: string): ECS.Container => ({
  containerArn: container.arn,
  taskArn: task.arn,
  name: container.name,
  image: container.image,
  lastStatus:
    status === 'RUNNING' || status === 'STOPPED' ? status : status === 'STOPPING' ? 'RUNNING' : 'PENDING',
  ...(status === 'PROVISIONING' ? {} : { runtimeId: container.runtimeId }),
  ...(status === 'STOPPED'
    ? { exitCode: container.exitCode ?? undefined, reason: container.reason ?? undefined }
    : {}),
  networkInterfaces: [{ attachmentId: task.attachment.id, privateIpv4Address: task.attachment.privateIp }],
  healthStatus: 'UNKNOWN',
  cpu: container.cpu,
  memory: container.memory ?? undefined,
})
