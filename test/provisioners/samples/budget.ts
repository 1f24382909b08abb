import type { BudgetProps } from '../../../src/provisioners/budget.ts'
import type { Sample } from '../contract.ts'

const email = 'me@example.com'

export const budgetSample: Sample<BudgetProps> = {
  prepare: async () => ({
    name: 'contract-test',
    props: {
      monthlyUsd: 15,
      notifications: [
        { email, percent: 80 },
        { email, percent: 100 },
      ],
    },
    variants: {
      monthlyUsd: 20.5,
      notifications: [
        { email: 'you@example.com', percent: 80 },
        { email, percent: 90 },
      ],
    },
  }),
}
