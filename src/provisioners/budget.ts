import type { Outputs } from '../resource.ts'

/** name: the budget's. */
export interface BudgetProps {
  monthlyUsd: number
  /** Percentages of the limit at which `email` is told. */
  notifications: { email: string; percent: number }[]
}

export interface BudgetOut extends Outputs {
  name: string
}
