import type * as Budgets from '@aws-sdk/client-budgets'
import type { Service } from '../service.ts'

export const budgets: Service<typeof Budgets> = {}
