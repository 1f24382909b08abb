import { isAwsError } from '../aws/awsError.ts'
import { describeTasks, listTasks, runTask, stopTask } from '../aws/ecs.ts'
import type { Aws } from '../aws/openAws.ts'
import { type Refusal, refusalOf } from '../lifecycle/launchRefusal.ts'
import { generationOf } from '../lifecycle/startedBy.ts'
import type { Ecs, LaunchWish, SeenTask } from './doors.ts'
import { endOf } from './endOf.ts'

/** How this stack's tasks are started. */
export interface Launching {
  readonly stack: string
  readonly cluster: string
  readonly family: string
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly publicIp: boolean
  /** Containers that are told their generation, in the variable GENERATION. */
  readonly containers: readonly string[]
}

const MOST_DESCRIBED = 100
/** "Up to 255 characters are allowed in this message", said the ECS API reference of StopTask; it names no limit any more. */
const LONGEST_REASON = 255

/** ECS, as far as manager and monitor use it. */
export const ecsDoor = (aws: Aws, launching: Launching, deadline: () => AbortSignal): Ecs => {
  const { cluster, family, stack } = launching
  return {
    async run(wish) {
      try {
        const { tasks = [], failures = [] } = await runTask(aws, requestOf(launching, wish), deadline())
        const [failure] = failures
        if (failure) return refusalOf([failure.reason, failure.detail].filter(Boolean).join(': '))
        const taskArn = tasks[0]?.taskArn
        if (taskArn === undefined) throw new Error('ECS answered with neither a task nor a failure')
        return { taskArn }
      } catch (error) {
        const known = knownTask(error) ?? refusedBy(error)
        if (known === null) throw error
        return known
      }
    },

    async stop(taskArn, reason) {
      try {
        const told = { cluster, task: taskArn, reason: reason.slice(0, LONGEST_REASON) }
        await stopTask(aws, told, deadline())
      } catch (error) {
        if (!isAwsError(error, 'InvalidParameterException') || !/not found/i.test(error.message)) throw error
      }
    },

    async describe(taskArns) {
      const seen: SeenTask[] = []
      for (let from = 0; from < taskArns.length; from += MOST_DESCRIBED) {
        const tasks = taskArns.slice(from, from + MOST_DESCRIBED)
        const answer = await describeTasks(aws, { cluster, tasks }, deadline())
        seen.push(...(answer.tasks ?? []).map(seenTask))
      }
      return seen
    },

    async list() {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        const page = await listTasks(aws, { cluster, family, nextToken }, deadline())
        arns.push(...(page.taskArns ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return arns
    },
  }

  function requestOf(
    { subnets, securityGroups, publicIp, containers }: Launching,
    { clientToken, startedBy, capacity }: LaunchWish,
  ) {
    const generation = String(generationOf(stack, startedBy))
    const environment = [{ name: 'GENERATION', value: generation }]
    return {
      cluster,
      taskDefinition: family,
      count: 1,
      clientToken,
      startedBy,
      propagateTags: 'TASK_DEFINITION' as const,
      ...(capacity === 'FARGATE'
        ? { launchType: 'FARGATE' as const }
        : { capacityProviderStrategy: [{ capacityProvider: capacity, weight: 1 }] }),
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnets],
          securityGroups: [...securityGroups],
          assignPublicIp: publicIp ? ('ENABLED' as const) : ('DISABLED' as const),
        },
      },
      overrides: { containerOverrides: containers.map(name => ({ name, environment })) },
    }
  }
}

const UNDECIDED = /throttl|TooManyRequests|RequestLimit|timeout/i

/** The token was used before, by a request that looked different (the stack was deployed meanwhile). */
const knownTask = (error: unknown): { taskArn: string } | null => {
  if (!isAwsError(error, 'ConflictException')) return null
  const { resourceIds } = error.details
  const [taskArn] = Array.isArray(resourceIds) ? (resourceIds as unknown[]) : []
  return typeof taskArn === 'string' ? { taskArn } : null
}

/** ECS's no; null when the answer does not tell whether there is a task now. */
const refusedBy = (error: unknown): Refusal | null =>
  isAwsError(error) && error.status < 500 && error.status !== 429 && !UNDECIDED.test(error.name)
    ? refusalOf(error.message)
    : null

type Task = NonNullable<Awaited<ReturnType<typeof describeTasks>>['tasks']>[number]

const seenTask = (task: Task): SeenTask => ({
  taskArn: task.taskArn ?? '',
  startedBy: task.startedBy ?? null,
  stopped: task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED',
  toldToStop: task.desiredStatus === 'STOPPED',
  networkInterface:
    task.attachments
      ?.find(({ type }) => type === 'ElasticNetworkInterface')
      ?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? null,
  end: endOf(task),
})
