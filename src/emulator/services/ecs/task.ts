import type * as ECS from '@aws-sdk/client-ecs'
import type { Call, Table } from '../../service.ts'

/** From `at` (epoch milliseconds) on, the task's lastStatus is `status`. */
export interface Phase {
  status: string
  at: number
}

/** A row of `tasks`, keyed by ARN. Times in epoch milliseconds. What runs the task writes its timeline. */
export interface Task {
  arn: string
  clusterArn: string
  taskDefinitionArn: string
  family: string
  group: string
  startedBy: string | null
  launchType: string
  capacityProvider: string | null
  platformVersion: string
  cpu: string
  memory: string
  overrides: ECS.TaskOverride
  containers: TaskContainer[]
  attachment: { id: string; interfaceId: string; subnetId: string; privateIp: string; mac: string }
  availabilityZone: string
  enableExecuteCommand: boolean
  ephemeralGiB: number
  createdAt: number
  desiredStatus: 'RUNNING' | 'STOPPED'
  /** Sorted by time; the last phase that has begun is the task's lastStatus. */
  timeline: Phase[]
  stopCode: string | null
  stoppedReason: string | null
}

export interface TaskContainer {
  arn: string
  name: string
  image: string
  runtimeId: string
  cpu: string
  memory: string | null
  exitCode: number | null
  reason: string | null
}

/** ECS promises that a stopped task is visible for at least an hour. */
const VISIBLE_MS = 3_600_000

export const taskTable = (call: Call): Table<Task> => call.table<Task>('tasks')

export const lastStatus = (task: Task, now: number): string =>
  task.timeline.findLast(({ at }) => at <= now)?.status ?? 'PROVISIONING'

/** When the task came to `status`; null while it has not. */
export const reachedAt = (task: Task, status: string, now: number): number | null =>
  task.timeline.find(phase => phase.status === status && phase.at <= now)?.at ?? null

export const visibleTasks = (call: Call): Task[] =>
  taskTable(call)
    .values()
    .filter(task => {
      const stoppedAt = reachedAt(task, 'STOPPED', call.now)
      return stoppedAt === null || call.now < stoppedAt + VISIBLE_MS
    })

/** By id or ARN, inside one cluster. */
export const findTask = (call: Call, clusterArn: string, ref: string): Task | undefined =>
  visibleTasks(call).find(
    task => task.clusterArn === clusterArn && (task.arn === ref || task.arn.split('/').at(-1) === ref),
  )

/** How a task begins: each wait is what Fargate usually takes. `wait` scales it. */
export const bootTimeline = (now: number, wait: (ms: number) => number): Phase[] => [
  { status: 'PROVISIONING', at: now },
  { status: 'PENDING', at: now + wait(8_000) },
  { status: 'RUNNING', at: now + wait(30_000) },
]

/** The timeline of a task told to stop now: what has not begun never will. */
export const stopTimeline = (task: Task, now: number, wait: (ms: number) => number): Phase[] => {
  const past = task.timeline.filter(({ at }) => at <= now)
  const ran = past.some(({ status }) => status === 'RUNNING')
  const drained = now + (ran ? wait(5_000) : 0)
  return [
    ...past,
    ...(ran ? [{ status: 'STOPPING', at: now }] : []),
    { status: 'DEPROVISIONING', at: drained },
    { status: 'STOPPED', at: drained + wait(10_000) },
  ]
}
