import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { type Task, taskIn } from '../../services/ecs/task.ts'
import { findTaskDefinition } from '../../services/ecs/taskDefinition.ts'
import { changeContainer } from '../../services/ecs/taskStates.ts'
import { noLog, openContainerLog } from './containerLog.ts'
import { containerOrder } from './containerOrder.ts'
import type { ContainerDriver } from './driver.ts'
import { secretValues } from './secrets.ts'
import { CannotPull, type StoredImage } from './storedImage.ts'
import type { Planned } from './taskContainers.ts'
import type { TaskEndpoint } from './taskEndpoint.ts'

interface Around {
  callOf(service: string, region: string): Call
  readonly containers: ContainerDriver
  readonly endpoint: TaskEndpoint
}

/** What a task definition says of a task. */
export interface Definition {
  readonly definitions: readonly ContainerDefinition[]
  readonly roleArn: string | null
  readonly platform: string
}

/** What the task's definition says; RunTask may have given another role. */
export const definitionOf = (call: Call, task: Task): Definition => {
  const { definition } = findTaskDefinition(call, task.taskDefinitionArn) ?? {}
  const arm = definition?.runtimePlatform?.cpuArchitecture === 'ARM64'
  return {
    definitions: definition?.containerDefinitions ?? [],
    roleArn: task.overrides.taskRoleArn ?? definition?.taskRoleArn ?? null,
    platform: `linux/${arm ? 'arm64' : 'amd64'}`,
  }
}

/** Images, secrets, logs and volumes: all that must be there before the first container. Throws CannotPull, CannotPrepare. */
export const prepareTask = async (
  around: Around,
  of: Definition & { readonly task: Task; readonly region: string; readonly folder: string },
): Promise<Planned[]> => {
  const { task, region, folder, definitions, roleArn, platform } = of
  const { callOf } = around
  const variables = around.endpoint.admit({
    task: () => taskIn(callOf('ecs', region), task.arn),
    definitions,
    roleArn,
  })
  const planned = await Promise.all(
    definitions.map(async (definition): Promise<Planned> => {
      const { name = '', image: uri = '', logConfiguration: log, mountPoints = [] } = definition
      const changed = (change: Parameters<typeof changeContainer>[3]) =>
        changeContainer(callOf('ecs', region), task.arn, name, change)
      const [image, secrets] = await Promise.all([
        around.containers.pull(uri, region, platform).catch(error => {
          if (error instanceof CannotPull) changed({ reason: error.message })
          throw error
        }),
        secretValues(callOf, region, definition.secrets ?? []),
      ])
      if (image) changed({ imageDigest: image.digest })
      const ours = { ...awsVariables(callOf('ecs', region)), ...variables.get(name) }
      const order = containerOrder({ task, definition, image, folder, ours, secrets })
      for (const { sourceVolume = '' } of mountPoints)
        await mkdir(join(folder, 'volumes', sourceVolume), { recursive: true })
      return {
        definition,
        order,
        log:
          log?.logDriver === 'awslogs'
            ? openContainerLog(place => callOf('logs', place), log.options ?? {}, {
                container: name,
                taskId: task.arn.split('/').at(-1) ?? '',
              })
            : noLog,
        stopSignal: signalOf(image),
      }
    }),
  )
  return planned
}

const awsVariables = (call: Call): Record<string, string> => ({
  AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
  AWS_REGION: call.region,
  AWS_DEFAULT_REGION: call.region,
  AWS_ENDPOINT_URL: call.endpoint,
})

const signalOf = (image: StoredImage | null): NodeJS.Signals => {
  const name = image?.config.StopSignal || 'SIGTERM'
  return (name.startsWith('SIG') ? name : `SIG${name}`) as NodeJS.Signals
}
