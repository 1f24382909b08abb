import type { Budget } from '@aws-sdk/client-budgets'
import { page } from '../../page.ts'
import { AwsError, type Call } from '../../service.ts'
import { forgetTags, putTags, tagFault, tagMap } from '../../tags.ts'
import {
  arnOf,
  type BudgetRow,
  type BudgetsService,
  budgetNamed,
  budgetsOf,
  checkAccount,
  duplicate,
  invalid,
  withAlert,
} from './budgetRow.ts'

/** AWS's "for ever". */
const FOR_EVER = Date.UTC(2087, 5, 15)

const COST_TYPES = {
  IncludeTax: true,
  IncludeSubscription: true,
  UseBlended: false,
  IncludeRefund: true,
  IncludeCredit: true,
  IncludeUpfront: true,
  IncludeRecurring: true,
  IncludeOtherSubscription: true,
  IncludeSupport: true,
  IncludeDiscount: true,
  UseAmortized: false,
}

const startOfMonth = (now: number): number => {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** Amounts come back with a decimal point: `15` is told as `15.0`. */
const amountOf = (sent: string): string => {
  if (!/^\d{1,15}(\.\d+)?$/.test(sent)) throw invalid(`Invalid budget limit amount: ${sent}`)
  return sent.includes('.') ? sent : `${sent}.0`
}

const rowOf = (call: Call, sent: Budget, held: BudgetRow | null): BudgetRow => {
  if (sent.AutoAdjustData || sent.PlannedBudgetLimits || sent.FilterExpression)
    throw new AwsError('NotImplemented', 'The embedded AWS has fixed budgets with cost filters only', {
      status: 501,
    })
  const name = sent.BudgetName ?? ''
  if (!/^[^:\\]{1,100}$/.test(name)) throw invalid(`Invalid budget name: ${name}`)
  if (sent.BudgetType === undefined || sent.TimeUnit === undefined)
    throw invalid('BudgetType and TimeUnit must be set')
  return {
    name,
    arn: arnOf(call, name),
    type: sent.BudgetType,
    unit: sent.TimeUnit,
    limit: sent.BudgetLimit
      ? { amount: amountOf(sent.BudgetLimit.Amount ?? ''), unit: sent.BudgetLimit.Unit ?? 'USD' }
      : null,
    filters: sent.CostFilters ?? {},
    costTypes: { ...COST_TYPES, ...sent.CostTypes },
    startAt: sent.TimePeriod?.Start?.getTime() ?? held?.startAt ?? startOfMonth(call.now),
    endAt: sent.TimePeriod?.End?.getTime() ?? held?.endAt ?? FOR_EVER,
    updatedAt: call.now,
    alerts: held?.alerts ?? [],
  }
}

const tell = (row: BudgetRow): Budget => ({
  BudgetName: row.name,
  ...(row.limit && { BudgetLimit: { Amount: row.limit.amount, Unit: row.limit.unit } }),
  CostFilters: row.filters,
  CostTypes: row.costTypes,
  TimeUnit: row.unit,
  TimePeriod: { Start: new Date(row.startAt), End: new Date(row.endAt) },
  CalculatedSpend: { ActualSpend: { Amount: '0.0', Unit: row.limit?.unit ?? 'USD' } },
  BudgetType: row.type,
  LastUpdatedTime: new Date(row.updatedAt),
  HealthStatus: { Status: 'HEALTHY', LastUpdatedTime: new Date(row.updatedAt) },
})

export const budgetOperations = {
  CreateBudget: (input, call) => {
    checkAccount(call, input.AccountId)
    const blank = rowOf(
      call,
      input.Budget ?? { BudgetName: '', TimeUnit: undefined, BudgetType: undefined },
      null,
    )
    if (budgetsOf(call).has(blank.name))
      throw duplicate(`Error creating budget: ${blank.name} - the budget already exists.`)
    const tags = tagMap(input.ResourceTags)
    const fault = tagFault(tags)
    if (fault) throw invalid(fault)
    const row = (input.NotificationsWithSubscribers ?? []).reduce(
      (held, { Notification, Subscribers }) => withAlert(held, Notification, Subscribers),
      blank,
    )
    budgetsOf(call).set(row.name, row)
    putTags(call, row.arn, tags)
    return {}
  },

  DescribeBudget: (input, call) => ({ Budget: tell(budgetNamed(call, input)) }),

  DescribeBudgets: (input, call) => {
    checkAccount(call, input.AccountId)
    const { items, next } = page(budgetsOf(call).values(), ({ name }) => name, {
      token: input.NextToken,
      size: input.MaxResults ?? 100,
    })
    return { Budgets: items.map(tell), NextToken: next }
  },

  UpdateBudget: (input, call) => {
    const held = budgetNamed(call, { ...input, BudgetName: input.NewBudget?.BudgetName })
    if (input.NewBudget) budgetsOf(call).set(held.name, rowOf(call, input.NewBudget, held))
    return {}
  },

  DeleteBudget: (input, call) => {
    const row = budgetNamed(call, input)
    budgetsOf(call).delete(row.name)
    forgetTags(call, row.arn)
    return {}
  },
} satisfies BudgetsService
