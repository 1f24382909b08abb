import { join } from 'node:path'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Task } from '../../services/ecs/task.ts'
import type { ContainerOrder } from './driver.ts'
import type { ImageConfig, StoredImage } from './storedImage.ts'

interface Of {
  readonly task: Task
  readonly definition: ContainerDefinition
  readonly image: StoredImage | null
  /** The task's own folder. */
  readonly folder: string
  /** What ECS puts into every container. */
  readonly ours: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * What a driver is told to run: the image's own settings, over them those of the container definition, over them those of
 * RunTask. Volumes are folders of the task, shared by its containers.
 */
export const containerOrder = (of: Of): ContainerOrder => {
  const { task, definition, image, folder } = of
  const { name = '', mountPoints = [] } = definition
  const config = image?.config ?? {}
  const override = task.overrides.containerOverrides?.find(given => given.name === name)
  return {
    id: task.containers.find(container => container.name === name)?.runtimeId ?? '',
    image,
    folder: join(folder, 'containers', name),
    command: commandOf(config, definition, override?.command),
    workingDirectory: definition.workingDirectory || config.WorkingDir || '/',
    init: definition.linuxParameters?.initProcessEnabled ?? false,
    environment: {
      ...Object.fromEntries((config.Env ?? []).map(splitPair)),
      ...of.ours,
      ...namedValues(definition.environment),
      ...namedValues(override?.environment),
      ...of.secrets,
    },
    mounts: mountPoints.map(({ sourceVolume = '', containerPath = '', readOnly = false }) => ({
      path: containerPath,
      folder: join(folder, 'volumes', sourceVolume),
      readOnly,
    })),
  }
}

/** An entry point of the definition's own drops the image's command with its entry point, as Docker does. */
const commandOf = (
  config: ImageConfig,
  { entryPoint, command }: ContainerDefinition,
  overridden: readonly string[] | undefined,
): string[] => {
  const entry = entryPoint?.length ? entryPoint : (config.Entrypoint ?? [])
  const ofImage = entryPoint?.length ? [] : (config.Cmd ?? [])
  return [...entry, ...(overridden ?? (command?.length ? command : ofImage))]
}

const splitPair = (pair: string): [string, string] => {
  const end = pair.indexOf('=')
  return end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)]
}

const namedValues = (
  list: readonly { name?: string | undefined; value?: string | undefined }[] = [],
): Record<string, string> => Object.fromEntries(list.map(({ name = '', value = '' }) => [name, value]))
