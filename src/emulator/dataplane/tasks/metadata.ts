import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { lastStatus, reachedAt, type Task, type TaskContainer } from '../../services/ecs/task.ts'

/** What a container asks about itself and its task (ECS guide, "Task metadata available for tasks on Fargate"). */

const time = (at: number | null): string | undefined => (at === null ? undefined : new Date(at).toISOString())

export const taskMetadata = (task: Task, definitions: readonly ContainerDefinition[]) => ({
  Cluster: task.clusterArn,
  TaskARN: task.arn,
  Family: task.family,
  Revision: task.taskDefinitionArn.split(':').at(-1),
  DesiredStatus: task.desiredStatus,
  KnownStatus: lastStatus(task),
  Limits: { CPU: Number(task.cpu) / 1024, Memory: Number(task.memory) },
  PullStartedAt: time(task.pullStartedAt),
  PullStoppedAt: time(task.pullStoppedAt),
  ExecutionStoppedAt: time(task.executionStoppedAt),
  AvailabilityZone: task.availabilityZone,
  LaunchType: 'FARGATE',
  Containers: task.containers.map(container => containerMetadata(task, container, definitions)),
})

export const containerMetadata = (
  task: Task,
  container: TaskContainer,
  definitions: readonly ContainerDefinition[],
) => {
  const definition = definitions.find(({ name }) => name === container.name)
  const { logConfiguration: log } = definition ?? {}
  return {
    DockerId: container.runtimeId,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: container.imageDigest ?? '',
    Labels: {
      'com.amazonaws.ecs.cluster': task.clusterArn,
      'com.amazonaws.ecs.container-name': container.name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': task.taskDefinitionArn.split(':').at(-1),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.lastStatus,
    ExitCode: container.exitCode ?? undefined,
    Limits: {
      CPU: Number(container.cpu),
      ...(container.memory === null ? {} : { Memory: +container.memory }),
    },
    CreatedAt: time(task.createdAt),
    StartedAt: time(reachedAt(task, 'ACTIVATING')),
    ...(container.health === 'UNKNOWN' ? {} : { Health: { status: container.health } }),
    Type: 'NORMAL',
    ...(log ? { LogDriver: log.logDriver, LogOptions: log.options } : {}),
    ContainerARN: container.arn,
    Networks: [
      {
        NetworkMode: 'awsvpc',
        IPv4Addresses: [task.attachment.privateIp],
        AttachmentIndex: 0,
        MACAddress: task.attachment.mac,
      },
    ],
    Snapshotter: 'overlayfs',
  }
}
