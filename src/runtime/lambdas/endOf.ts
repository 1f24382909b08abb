import type { EndedTask } from '../lifecycle/ended.ts'

/** What `DescribeTasks` and the event of a task's change have in common, as far as it is read here. */
export interface TaskShape {
  readonly taskArn?: string | undefined
  readonly stopCode?: string | undefined
  readonly stoppedReason?: string | undefined
  readonly containers?:
    | readonly {
        readonly name?: string | undefined
        readonly exitCode?: number | undefined
        readonly reason?: string | undefined
      }[]
    | undefined
}

/** How a task ended. */
export const endOf = ({
  stopCode,
  stoppedReason,
  containers = [],
}: TaskShape): Omit<EndedTask, 'taskArn' | 'generation'> => ({
  stopCode: stopCode ?? null,
  reason: stoppedReason ?? null,
  exitCodes: Object.fromEntries(
    containers.flatMap(({ name, exitCode }) =>
      name === undefined || exitCode === undefined ? [] : [[name, exitCode]],
    ),
  ),
  containerReasons: containers.flatMap(({ reason }) => (reason === undefined ? [] : [reason])),
})
