import type * as ECS from '@aws-sdk/client-ecs'
import type { Call, Table } from '../../service.ts'
import { forgetTags } from '../../tags.ts'

/** The task came to `status` at `at` (epoch milliseconds). */
export interface Phase {
  status: string
  at: number
}

/** A row of `tasks`, keyed by ARN. Times in epoch milliseconds. What runs the task carries it from phase to phase. */
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
  /** In order; the last one is the task's lastStatus. */
  timeline: Phase[]
  pullStartedAt: number | null
  pullStoppedAt: number | null
  /** Since then it is wanted STOPPED. */
  stoppingAt: number | null
  /** None of its containers runs any more since then. */
  executionStoppedAt: number | null
  stopCode: string | null
  stoppedReason: string | null
  /** ECS counts every change of the task. */
  version: number
}

export interface TaskContainer {
  arn: string
  name: string
  image: string
  imageDigest: string | null
  runtimeId: string
  cpu: string
  memory: string | null
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED'
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY'
  exitCode: number | null
  reason: string | null
}

/** ECS promises that a stopped task is visible for at least an hour. */
const VISIBLE_MS = 3_600_000

export const taskTable = (call: Call): Table<Task> => call.table<Task>('tasks', { service: 'ecs' })

export const lastStatus = (task: Task): string => task.timeline.at(-1)?.status ?? 'PROVISIONING'

/** When the task came to `status`; null while it has not. */
export const reachedAt = (task: Task, status: string): number | null =>
  task.timeline.find(phase => phase.status === status)?.at ?? null

/** What can still be described; older ones go for good here. */
export const visibleTasks = (call: Call): Task[] =>
  taskTable(call)
    .values()
    .filter(task => {
      const stoppedAt = reachedAt(task, 'STOPPED')
      if (stoppedAt === null || call.now < stoppedAt + VISIBLE_MS) return true
      taskTable(call).delete(task.arn)
      forgetTags(call, task.arn)
      return false
    })

/** By id or ARN, inside one cluster. */
export const findTask = (call: Call, clusterArn: string, ref: string): Task | undefined =>
  visibleTasks(call).find(
    task => task.clusterArn === clusterArn && (task.arn === ref || task.arn.split('/').at(-1) === ref),
  )

/** The task's row; throws when there is none. */
export const taskIn = (call: Call, arn: string): Task => {
  const task = taskTable(call).get(arn)
  if (!task) throw new Error(`there is no task ${arn}`)
  return task
}
