import type { ContainerDefinition } from '@aws-sdk/client-ecs'

export interface ContainerProps {
  name: string
  image: string
  essential: boolean
  command: string[] | null
  environment: Record<string, string>
  /** Environment name → ARN of a secret or parameter. */
  secrets: Record<string, string>
  ports: number[]
  mounts: { volume: string; path: string }[]
  dependsOn: { container: string; condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY' }[]
  stopTimeoutSeconds: number
  initProcess: boolean
  logs: { group: string; region: string; prefix: string }
}

/** What Fargate takes when nobody says. Source: ECS API reference, ContainerDefinition. */
const DEFAULT_STOP_SECONDS = 30

const sortedEntries = (record: Record<string, string>): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** A container as RegisterTaskDefinition wants it. */
export const containerFor = (props: ContainerProps): ContainerDefinition => ({
  name: props.name,
  image: props.image,
  essential: props.essential,
  ...(props.command === null ? {} : { command: props.command }),
  environment: sortedEntries(props.environment).map(([name, value]) => ({ name, value })),
  secrets: sortedEntries(props.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  portMappings: props.ports.map(containerPort => ({ containerPort, protocol: 'tcp' })),
  mountPoints: props.mounts.map(({ volume, path }) => ({ sourceVolume: volume, containerPath: path })),
  dependsOn: props.dependsOn.map(({ container, condition }) => ({ containerName: container, condition })),
  stopTimeout: props.stopTimeoutSeconds,
  linuxParameters: { initProcessEnabled: props.initProcess },
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': props.logs.group,
      'awslogs-region': props.logs.region,
      'awslogs-stream-prefix': props.logs.prefix,
      // A full log buffer must not stop the app.
      mode: 'non-blocking',
    },
  },
})

/** A container as DescribeTaskDefinition echoes it, without what ECS fills in. */
export const containerIn = (echo: ContainerDefinition): ContainerProps => {
  const options = echo.logConfiguration?.options ?? {}
  return {
    name: echo.name ?? '',
    image: echo.image ?? '',
    essential: echo.essential ?? true,
    command: echo.command?.length ? echo.command : null,
    environment: Object.fromEntries((echo.environment ?? []).map(({ name, value }) => [name, value ?? ''])),
    secrets: Object.fromEntries((echo.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom ?? ''])),
    ports: (echo.portMappings ?? []).map(({ containerPort = 0 }) => containerPort),
    mounts: (echo.mountPoints ?? []).map(({ sourceVolume = '', containerPath = '' }) => ({
      volume: sourceVolume,
      path: containerPath,
    })),
    dependsOn: (echo.dependsOn ?? []).map(({ containerName = '', condition = 'START' }) => ({
      container: containerName,
      condition,
    })),
    stopTimeoutSeconds: echo.stopTimeout ?? DEFAULT_STOP_SECONDS,
    initProcess: echo.linuxParameters?.initProcessEnabled ?? false,
    logs: {
      group: options['awslogs-group'] ?? '',
      region: options['awslogs-region'] ?? '',
      prefix: options['awslogs-stream-prefix'] ?? '',
    },
  }
}
