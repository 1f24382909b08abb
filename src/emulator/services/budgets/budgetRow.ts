import type * as Budgets from '@aws-sdk/client-budgets'
import { AwsError, type Call, type Service } from '../../service.ts'

export type BudgetsService = Service<typeof Budgets>

export interface Alert {
  notification: Budgets.Notification & { ThresholdType: Budgets.ThresholdType }
  subscribers: { type: Budgets.SubscriptionType; address: string }[]
}

/** A budget as kept; times are epoch milliseconds. */
export interface BudgetRow {
  name: string
  arn: string
  type: Budgets.BudgetType
  unit: Budgets.TimeUnit
  limit: { amount: string; unit: string } | null
  filters: Record<string, string[]>
  costTypes: Budgets.CostTypes
  startAt: number
  endAt: number
  updatedAt: number
  alerts: Alert[]
}

export const invalid = (message: string) => new AwsError('InvalidParameterException', message)
export const duplicate = (message: string) => new AwsError('DuplicateRecordException', message)
export const notFound = (message: string) => new AwsError('NotFoundException', message)

/** Budgets are an account's, kept in us-east-1 whatever the region asked. */
export const budgetsOf = (call: Call) => call.table<BudgetRow>('budgets', { region: 'us-east-1' })

export const arnOf = (call: Call, name: string): string => `arn:aws:budgets::${call.account}:budget/${name}`

export const checkAccount = (call: Call, account: string | undefined): void => {
  if (account !== call.account)
    throw new AwsError('AccessDeniedException', `Account ${account} is not the account of the caller`)
}

/** Throws NotFoundException. */
export const budgetNamed = (
  call: Call,
  input: { AccountId?: string | undefined; BudgetName?: string | undefined },
): BudgetRow => {
  checkAccount(call, input.AccountId)
  const row = budgetsOf(call).get(input.BudgetName ?? '')
  if (row === undefined)
    throw notFound(`Unable to get budget: ${input.BudgetName} - the budget doesn't exist.`)
  return row
}

const sameNotification = (one: Budgets.Notification, two: Budgets.Notification): boolean =>
  one.NotificationType === two.NotificationType &&
  one.ComparisonOperator === two.ComparisonOperator &&
  one.Threshold === two.Threshold &&
  (one.ThresholdType ?? 'PERCENTAGE') === (two.ThresholdType ?? 'PERCENTAGE')

export const alertOf = (row: BudgetRow, sent: Budgets.Notification | undefined): Alert | undefined =>
  sent && row.alerts.find(({ notification }) => sameNotification(notification, sent))

/** Throws NotFoundException. */
export const alertNamed = (row: BudgetRow, sent: Budgets.Notification | undefined): Alert => {
  const alert = alertOf(row, sent)
  if (alert === undefined) throw notFound(`Unable to find the notification of budget: ${row.name}`)
  return alert
}

export const checkSubscribers = (subscribers: Alert['subscribers']): Alert['subscribers'] => {
  if (subscribers.length === 0) throw invalid('Notification must have at least one subscriber.')
  const odd = subscribers.find(({ type, address }) =>
    type === 'SNS' ? !/^arn:aws[\w-]*:sns:/.test(address) : !/^\S+@\S+\.\S+$/.test(address),
  )
  if (odd) throw invalid(`The address ${odd.address} is not valid for a subscription of type ${odd.type}`)
  const count = (type: string) => subscribers.filter(subscriber => subscriber.type === type).length
  if (count('EMAIL') > 10 || count('SNS') > 1)
    throw new AwsError(
      'CreationLimitExceededException',
      'A notification can have up to 10 email subscribers and one SNS subscriber.',
    )
  if (new Set(subscribers.map(({ type, address }) => `${type} ${address}`)).size < subscribers.length)
    throw duplicate('The subscriber already exists.')
  return subscribers
}

/** `row` with one more alert. Throws DuplicateRecordException and CreationLimitExceededException. */
export const withAlert = (
  row: BudgetRow,
  notification: Budgets.Notification | undefined,
  subscribers: readonly Budgets.Subscriber[] | undefined,
): BudgetRow => {
  if (notification?.Threshold === undefined || notification.Threshold <= 0)
    throw invalid('Notification threshold must be greater than 0.')
  if (alertOf(row, notification))
    throw duplicate(`Error creating notification: the notification of budget ${row.name} already exists.`)
  if (row.alerts.length >= 5)
    throw new AwsError('CreationLimitExceededException', 'A budget can have up to 5 notifications.')
  return {
    ...row,
    alerts: [
      ...row.alerts,
      {
        notification: { ...notification, ThresholdType: notification.ThresholdType ?? 'PERCENTAGE' },
        subscribers: checkSubscribers(subscriberRows(subscribers)),
      },
    ],
  }
}

export const subscriberRows = (sent: readonly Budgets.Subscriber[] | undefined): Alert['subscribers'] =>
  (sent ?? []).map(({ SubscriptionType = 'EMAIL', Address = '' }) => ({
    type: SubscriptionType,
    address: Address,
  }))
