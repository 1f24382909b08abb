import type { EndedTask } from '../lifecycle/ended.ts'
import type { Refusal } from '../lifecycle/launchRefusal.ts'
import type { Settings } from '../lifecycle/settings.ts'
import type { TaskTable } from '../lifecycle/store.ts'
import type { Capacity } from '../lifecycle/task.ts'

/** A generation's one task as ECS is asked for it. Equal wishes are one task, however often they are made. */
export interface LaunchWish {
  readonly clientToken: string
  readonly startedBy: string
  readonly capacity: Capacity
}

/** A task as ECS tells it; what ECS does not know (any more, or yet) is absent from its answers. */
export interface SeenTask {
  readonly taskArn: string
  readonly startedBy: string | null
  readonly stopped: boolean
  /** Told to stop, whether it has or not. */
  readonly toldToStop: boolean
  readonly networkInterface: string | null
  readonly end: Omit<EndedTask, 'taskArn' | 'generation'>
}

export interface Ecs {
  /** Throws when it is not known whether there is a task now. */
  run(wish: LaunchWish): Promise<{ readonly taskArn: string } | Refusal>
  /** A task that is gone is fine. */
  stop(taskArn: string, reason: string): Promise<void>
  describe(taskArns: readonly string[]): Promise<SeenTask[]>
  /** ARNs of the family's tasks that are not told to stop. */
  list(): Promise<string[]>
}

/** What manager and monitor reach the world with. */
export interface Doors {
  readonly stack: string
  readonly settings: Settings
  readonly table: TaskTable
  readonly ecs: Ecs
  /** Null while it has none. */
  readonly publicIpOf: (networkInterface: string) => Promise<string | null>
  readonly publishPing: () => Promise<void>
  readonly newId: () => string
  /** Epoch seconds. */
  readonly now: () => number
  readonly sleep: (seconds: number) => Promise<void>
  readonly log: (entry: LogEntry) => void
}

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly [detail: string]: unknown
}
