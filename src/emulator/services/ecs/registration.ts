import type * as ECS from '@aws-sdk/client-ecs'
import { AwsError, type Call } from '../../service.ts'
import { requiredAttributes } from './attributes.ts'
import { demandContainers, filledContainer } from './container.ts'
import { demandFargate, units } from './fargate.ts'

/** What ECS keeps of a registration, defaults filled in; throws ClientException for what it would refuse. */
export const registeredDefinition = (
  input: ECS.RegisterTaskDefinitionCommandInput,
  call: Call,
): ECS.TaskDefinition => {
  const { family, containerDefinitions = [], volumes = [], requiresCompatibilities = [] } = input
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family ?? ''))
    throw new AwsError('ClientException', 'Family contains invalid characters.')
  for (const role of [input.taskRoleArn, input.executionRoleArn])
    if (role && !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(role))
      throw new AwsError('ClientException', `Role is not valid: ${role}`)
  const awsvpc = input.networkMode === 'awsvpc'
  const fargate = requiresCompatibilities.includes('FARGATE')
  demandContainers(
    containerDefinitions,
    volumes.map(({ name }) => name ?? ''),
    input.memory !== undefined,
  )
  if (fargate) demandFargate(input)
  return {
    taskRoleArn: input.taskRoleArn || undefined,
    executionRoleArn: input.executionRoleArn || undefined,
    cpu: input.cpu && String(units(input.cpu)),
    memory: input.memory && String(units(input.memory)),
    pidMode: input.pidMode,
    ipcMode: input.ipcMode,
    proxyConfiguration: input.proxyConfiguration,
    ephemeralStorage: input.ephemeralStorage,
    runtimePlatform: input.runtimePlatform,
    requiresCompatibilities: requiresCompatibilities.length ? requiresCompatibilities : undefined,
    networkMode: input.networkMode ?? 'bridge',
    containerDefinitions: containerDefinitions.map(container => filledContainer(container, awsvpc)),
    volumes: volumes.map(volume => (isManaged(volume) ? volume : { ...volume, host: volume.host ?? {} })),
    placementConstraints: input.placementConstraints ?? [],
    compatibilities: fargate ? ['EC2', 'FARGATE'] : awsvpc ? ['EC2'] : ['EXTERNAL', 'EC2'],
    requiresAttributes: requiredAttributes({
      containers: containerDefinitions,
      awsvpc,
      taskRole: input.taskRoleArn !== undefined,
      executionRole: input.executionRoleArn !== undefined,
    }),
    registeredBy: `arn:aws:iam::${call.account}:user/local`,
    enableFaultInjection: input.enableFaultInjection ?? false,
  }
}

const isManaged = (volume: ECS.Volume): boolean =>
  volume.efsVolumeConfiguration !== undefined ||
  volume.dockerVolumeConfiguration !== undefined ||
  volume.fsxWindowsFileServerVolumeConfiguration !== undefined ||
  volume.configuredAtLaunch === true
