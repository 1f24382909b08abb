import type * as ECS from '@aws-sdk/client-ecs'
import { canAssume } from '../../roles.ts'
import { AwsError, type Call } from '../../service.ts'
import { putTags, type TagMap, tagsOf } from '../../tags.ts'
import type { Cluster } from './cluster.ts'
import { newTask } from './newTask.ts'
import { wantedTags } from './tags.ts'
import { type Task, taskTable } from './task.ts'
import { definitionStatus, findTaskDefinition, type TaskDefinition } from './taskDefinition.ts'
import { networkOf } from './taskNetwork.ts'
import { tellTaskChange } from './taskStates.ts'

export type RunTask = ECS.RunTaskCommandInput

export interface Launched {
  tasks: Task[]
  failures: ECS.Failure[]
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)

/** Starts what RunTask asks for; what cannot start for want of room is a failure, what is wrong is thrown. */
export const launchTasks = (call: Call, cluster: Cluster, input: RunTask): Launched => {
  const count = input.count ?? 1
  if (count < 1 || count > 10) throw invalid('count should be between 1 and 10.')
  if (input.startedBy !== undefined && !/^[\w/-]{1,128}$/.test(input.startedBy))
    throw invalid('startedBy must be up to 128 letters, digits, hyphens, underscores or slashes.')
  if (input.propagateTags === 'SERVICE')
    throw invalid("propagateTags 'SERVICE' is not supported for RunTask.")
  const definition = runnable(call, input.taskDefinition ?? '')
  demandRoles(call, definition, input.overrides)
  const capacity = capacityOf(cluster, input)
  const network = networkOf(call, input.networkConfiguration?.awsvpcConfiguration)
  demandOverrides(definition, input.overrides)
  const wanted = wantedTags(input.tags)
  const tags: TagMap = {
    ...(input.enableECSManagedTags ? { 'aws:ecs:clusterName': cluster.name } : {}),
    ...(input.propagateTags === 'TASK_DEFINITION' ? tagsOf(call, definition.arn) : {}),
    ...wanted,
  }
  const launched: Launched = { tasks: [], failures: [] }
  for (let index = 0; index < count; index += 1) {
    const subnet = network.fargateSubnets[index % Math.max(1, network.fargateSubnets.length)]
    if (!subnet) {
      launched.failures.push({
        arn: definition.arn,
        reason:
          'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      })
      continue
    }
    const task = newTask(call, { cluster, definition, input, capacity, subnet, ...network })
    taskTable(call).set(task.arn, task)
    putTags(call, task.arn, tags)
    tellTaskChange(call, task)
    launched.tasks.push(task)
  }
  return launched
}

const runnable = (call: Call, ref: string): TaskDefinition => {
  const definition = findTaskDefinition(call, ref)
  if (!definition) throw new AwsError('ClientException', 'TaskDefinition not found.')
  if (definitionStatus(definition) !== 'ACTIVE')
    throw new AwsError('ClientException', 'TaskDefinition is inactive')
  return definition
}

/** A role made seconds ago is refused too: it has not reached ECS yet. */
const demandRoles = (
  call: Call,
  { definition }: TaskDefinition,
  overrides: ECS.TaskOverride | undefined,
): void => {
  const roles = [
    overrides?.executionRoleArn ?? definition.executionRoleArn,
    overrides?.taskRoleArn ?? definition.taskRoleArn,
  ]
  for (const role of roles)
    if (role && !canAssume(call, role, 'ecs-tasks.amazonaws.com'))
      throw new AwsError(
        'ClientException',
        `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
      )
}

/** Launch type or capacity provider; the cluster must list the provider. */
const capacityOf = (cluster: Cluster, input: RunTask): string | null => {
  const named = input.capacityProviderStrategy ?? []
  if (input.launchType !== undefined && named.length > 0)
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
  if (input.launchType === 'FARGATE') return null
  const strategy = named.length > 0 ? named : input.launchType === undefined ? cluster.strategy : []
  const [first] = [...strategy].sort(
    (a, b) => (b.base ?? 0) - (a.base ?? 0) || (b.weight ?? 0) - (a.weight ?? 0),
  )
  const provider = first?.capacityProvider
  if (provider === undefined) throw invalid('No Container Instances were found in your cluster.')
  if (!cluster.capacityProviders.includes(provider))
    throw invalid(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    )
  return provider
}

const demandOverrides = (definition: TaskDefinition, overrides: ECS.TaskOverride | undefined): void => {
  if (JSON.stringify(overrides ?? {}).length > 8192)
    throw invalid('Container Overrides length must be at most 8192')
  const names = (definition.definition.containerDefinitions ?? []).map(({ name }) => name)
  const stray = overrides?.containerOverrides?.find(({ name }) => !names.includes(name))
  if (stray)
    throw invalid(`Override for container named ${stray.name} is not a container in the TaskDefinition.`)
}
