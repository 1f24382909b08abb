import type { Outputs } from '../resource.ts'

/** name: the group's. */
export interface LogGroupProps {
  retentionDays: number
}

export interface LogGroupOut extends Outputs {
  /** Without `:*`. */
  arn: string
  name: string
}
