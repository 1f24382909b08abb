import type { ContainerDefinition, KeyValuePair, PortMapping, Secret } from '@aws-sdk/client-ecs'
import { AwsError } from '../../service.ts'

const refuse = (fact: string): never => {
  throw new AwsError('ClientException', fact)
}

/** A container definition as ECS answers it: its defaults filled in, environment and secrets in ECS's own order. */
export const filledContainer = (container: ContainerDefinition, awsvpc: boolean): ContainerDefinition => ({
  ...container,
  cpu: container.cpu ?? 0,
  essential: container.essential ?? true,
  portMappings: (container.portMappings ?? []).map(port => filledPort(port, awsvpc)),
  environment: byName(container.environment ?? []),
  mountPoints: (container.mountPoints ?? []).map(mount => ({ ...mount, readOnly: mount.readOnly ?? false })),
  volumesFrom: container.volumesFrom ?? [],
  systemControls: container.systemControls ?? [],
  ...(container.secrets ? { secrets: byName(container.secrets) } : {}),
  ...(container.healthCheck
    ? { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }
    : {}),
})

/** ECS does not keep the order of these lists; sorting is the order nobody wrote. */
const byName = <T extends KeyValuePair | Secret>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1))

const filledPort = (port: PortMapping, awsvpc: boolean): PortMapping => {
  if (awsvpc && port.hostPort !== undefined && port.hostPort !== port.containerPort)
    refuse('When networkMode=awsvpc, the host ports and container ports in port mappings must match.')
  return {
    ...port,
    hostPort: port.hostPort ?? (awsvpc ? port.containerPort : 0),
    protocol: port.protocol ?? 'tcp',
  }
}

/** Throws ClientException for the first thing any launch type would refuse. `volumes`: the names the task has. */
export const demandContainers = (
  containers: readonly ContainerDefinition[],
  volumes: readonly string[],
  taskMemory: boolean,
): void => {
  if (containers.length === 0) refuse('Container list cannot be empty.')
  if (containers.length > 10) refuse('Container list cannot have more than 10 containers.')
  const names = containers.map(({ name }) => name ?? '')
  if (new Set(names).size < names.length) refuse('Container names must be unique within a task definition.')
  if (!containers.some(({ essential }) => essential ?? true))
    refuse('Task definition must have at least one essential container.')
  for (const container of containers) demandContainer(container, containers, volumes, taskMemory)
  demandNoCycle(containers)
}

const demandContainer = (
  container: ContainerDefinition,
  all: readonly ContainerDefinition[],
  volumes: readonly string[],
  taskMemory: boolean,
): void => {
  const { name, image, memory, memoryReservation } = container
  if (!name) refuse('Container.name should not be null or empty.')
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name ?? ''))
    refuse(`Container.name contains invalid characters: ${name}`)
  if (!image) refuse('Container.image should not be null or empty.')
  if (!taskMemory && memory === undefined && memoryReservation === undefined)
    refuse(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    )
  if (memory !== undefined && memory < 6) refuse('Memory must be at least 6 MiB.')
  for (const { sourceVolume } of container.mountPoints ?? [])
    if (!volumes.includes(sourceVolume ?? '')) refuse(`Unknown volume '${sourceVolume}'.`)
  const plain = new Set((container.environment ?? []).map(entry => entry.name))
  const twice = (container.secrets ?? []).find(secret => plain.has(secret.name))
  if (twice)
    refuse(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${twice.name}'.`,
    )
  const log = container.logConfiguration
  if (log?.logDriver === 'awslogs' && !(log.options?.['awslogs-group'] && log.options['awslogs-region']))
    refuse('Log driver awslogs requires options: awslogs-region, awslogs-group.')
  for (const { containerName, condition } of container.dependsOn ?? []) {
    const other = all.find(candidate => candidate.name === containerName)
    if (!other) refuse(`Container '${name}' depends on container '${containerName}', which does not exist.`)
    if (condition === 'HEALTHY' && !other?.healthCheck)
      refuse(
        `Container '${name}' has a HEALTHY dependency on container '${containerName}', which has no health check.`,
      )
    if ((condition === 'SUCCESS' || condition === 'COMPLETE') && (other?.essential ?? true))
      refuse(
        `A container with a ${condition} dependency condition cannot depend on the essential container '${containerName}'.`,
      )
  }
}

const demandNoCycle = (containers: readonly ContainerDefinition[]): void => {
  const needs = new Map(
    containers.map(({ name, dependsOn }) => [
      name,
      (dependsOn ?? []).map(({ containerName }) => containerName),
    ]),
  )
  const visit = (name: string | undefined, path: readonly (string | undefined)[]): void => {
    if (path.includes(name)) refuse('Container dependencies contain a cycle.')
    for (const next of needs.get(name) ?? []) visit(next, [...path, name])
  }
  for (const name of needs.keys()) visit(name, [])
}
