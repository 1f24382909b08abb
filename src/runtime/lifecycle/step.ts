import type { Capacity, Task } from './task.ts'

/** What is to be done once the new state is written; never before, so that what loses the race does nothing. */
export type Effect =
  | {
      readonly kind: 'launch'
      readonly generation: number
      readonly capacity: Capacity
      /** Of the generation; makes ECS's client token one of this table's life. */
      readonly startedAt: number
    }
  | { readonly kind: 'stopTask'; readonly taskArn: string; readonly reason: string }
  | { readonly kind: 'publishPing' }

/** What a transition makes of a task. The same task again means that nothing is to be written. */
export interface Step<Outcome extends string> {
  readonly task: Task
  readonly outcome: Outcome
  readonly effects: readonly Effect[]
}

export const step = <Outcome extends string>(
  task: Task,
  outcome: Outcome,
  effects: readonly Effect[] = [],
): Step<Outcome> => ({ task, outcome, effects })

export const PING: Effect = { kind: 'publishPing' }
