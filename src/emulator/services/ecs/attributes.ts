import type { Attribute, ContainerDefinition } from '@aws-sdk/client-ecs'

const CAPABILITY = 'com.amazonaws.ecs.capability'
const EXECUTION = 'ecs.capability.execution-role'

/** What ECS says an instance must be able to do for this task. */
export const requiredAttributes = (of: {
  containers: readonly ContainerDefinition[]
  awsvpc: boolean
  taskRole: boolean
  executionRole: boolean
}): Attribute[] => {
  const some = (test: (container: ContainerDefinition) => unknown): boolean => of.containers.some(test)
  const logs = some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')
  const ecr = some(({ image }) => image?.includes('.dkr.ecr.'))
  const names = {
    [`${CAPABILITY}.docker-remote-api.1.18`]: true,
    [`${CAPABILITY}.docker-remote-api.1.19`]: logs,
    [`${CAPABILITY}.docker-remote-api.1.24`]: some(({ healthCheck }) => healthCheck),
    [`${CAPABILITY}.docker-remote-api.1.25`]: some(
      ({ linuxParameters }) => linuxParameters?.initProcessEnabled,
    ),
    [`${CAPABILITY}.logging-driver.awslogs`]: logs,
    [`${EXECUTION}-awslogs`]: logs && of.executionRole,
    [`${CAPABILITY}.ecr-auth`]: ecr,
    [`${EXECUTION}-ecr-pull`]: ecr && of.executionRole,
    [`${CAPABILITY}.task-iam-role`]: of.taskRole,
    'ecs.capability.secrets.asm.environment-variables': some(({ secrets }) =>
      secrets?.some(({ valueFrom }) => valueFrom?.includes(':secretsmanager:')),
    ),
    'ecs.capability.secrets.ssm.environment-variables': some(({ secrets }) =>
      secrets?.some(({ valueFrom }) => !valueFrom?.includes(':secretsmanager:')),
    ),
    'ecs.capability.container-ordering': some(({ dependsOn }) => dependsOn?.length),
    'ecs.capability.container-health-check': some(({ healthCheck }) => healthCheck),
    'ecs.capability.task-eni': of.awsvpc,
  }
  return Object.entries(names).flatMap(([name, needed]) => (needed ? [{ name }] : []))
}
