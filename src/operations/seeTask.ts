import { DescribeTasksCommand, ECSClient, type Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../resource.ts'
import type { Backend } from './backend.ts'

export interface SeenContainer {
  readonly name: string
  readonly lastStatus: string
  readonly exitCode: number | null
  readonly reason: string | null
}

/** A task as ECS tells it. Times are epoch milliseconds; null: not yet. */
export interface SeenTask {
  /** PROVISIONING, PENDING, ACTIVATING, RUNNING, …, STOPPED. */
  readonly lastStatus: string
  readonly pullStartedMs: number | null
  readonly pullStoppedMs: number | null
  /** When it was RUNNING: all that the app waits for is done, and the app was started. */
  readonly startedMs: number | null
  readonly stoppedMs: number | null
  readonly stopCode: string | null
  readonly stoppedReason: string | null
  readonly containers: readonly SeenContainer[]
}

/** The task as ECS knows it; null when it does not, which is so in its first seconds and an hour after its end. */
export const seeTask = async (aws: Aws, { cluster }: Backend, taskArn: string): Promise<SeenTask | null> => {
  const { tasks = [] } = await aws
    .client(ECSClient)
    .send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))
  return tasks[0] === undefined ? null : seen(tasks[0])
}

const seen = (task: Task): SeenTask => ({
  lastStatus: task.lastStatus ?? 'UNKNOWN',
  pullStartedMs: task.pullStartedAt?.getTime() ?? null,
  pullStoppedMs: task.pullStoppedAt?.getTime() ?? null,
  startedMs: task.startedAt?.getTime() ?? null,
  stoppedMs: task.stoppedAt?.getTime() ?? null,
  stopCode: task.stopCode ?? null,
  stoppedReason: task.stoppedReason ?? null,
  containers: (task.containers ?? []).map(({ name = '', lastStatus = '', exitCode, reason }) => ({
    name,
    lastStatus,
    exitCode: exitCode ?? null,
    reason: reason ?? null,
  })),
})
