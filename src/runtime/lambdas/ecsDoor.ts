import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
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
  /** Containers that are told their generation, in STORYARCH_GENERATION. */
  readonly containers: readonly string[]
}

const MOST_DESCRIBED = 100

/** ECS, as far as manager and monitor use it. */
export const ecsDoor = (ecs: ECSClient, launching: Launching): Ecs => {
  const { cluster, family, stack } = launching
  return {
    async run(wish) {
      try {
        const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(requestOf(launching, wish)))
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
        await ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason }))
      } catch (error) {
        if (!/task was not found/i.test(errorOf(error).message)) throw error
      }
    },

    async describe(taskArns) {
      const seen: SeenTask[] = []
      for (let from = 0; from < taskArns.length; from += MOST_DESCRIBED) {
        const tasks = taskArns.slice(from, from + MOST_DESCRIBED)
        const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks }))
        seen.push(...(answer.tasks ?? []).map(seenTask))
      }
      return seen
    },

    async list() {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        const page = await ecs.send(new ListTasksCommand({ cluster, family, nextToken }))
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
    const environment = [{ name: 'STORYARCH_GENERATION', value: generation }]
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

interface AwsFault {
  readonly name: string
  readonly message: string
  readonly $fault?: string
  readonly resourceIds?: readonly string[]
}

const errorOf = (error: unknown): AwsFault => error as AwsFault

const UNDECIDED = /throttl|TooManyRequests|RequestLimit|timeout/i

/** The token was used before, by a request that looked different (the stack was deployed meanwhile). */
const knownTask = (error: unknown): { taskArn: string } | null => {
  const { name, resourceIds: [taskArn] = [] } = errorOf(error)
  return name === 'ConflictException' && taskArn !== undefined ? { taskArn } : null
}

/** ECS's no; null when the answer does not tell whether there is a task now. */
const refusedBy = (error: unknown): Refusal | null => {
  const { name, message, $fault } = errorOf(error)
  return $fault === 'client' && !UNDECIDED.test(name) ? refusalOf(message) : null
}

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
