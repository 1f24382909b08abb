import type { Notification } from '@aws-sdk/client-budgets'

/** `email` is told once the month has cost `percent` of the limit. */
export interface BudgetNotification {
  email: string
  percent: number
}

/** A notification is known by these four members: there is one at most per percentage. */
export const notificationAt = (percent: number): Notification => ({
  NotificationType: 'ACTUAL',
  ComparisonOperator: 'GREATER_THAN',
  Threshold: percent,
  ThresholdType: 'PERCENTAGE',
})

/** Forecasts and absolute amounts are somebody else's and stay. */
export const isOurKind = (notification: Notification): boolean =>
  notification.NotificationType === 'ACTUAL' &&
  notification.ComparisonOperator === 'GREATER_THAN' &&
  notification.ThresholdType !== 'ABSOLUTE_VALUE'

/** Who is told at `percent`. */
export const emailsAt = (notifications: BudgetNotification[], percent: number): string[] =>
  notifications.filter(one => one.percent === percent).map(({ email }) => email)

/** As CreateNotification wants them. */
export const subscribers = (emails: readonly string[]) =>
  emails.map(Address => ({ SubscriptionType: 'EMAIL' as const, Address }))

/** The percentages that any of `lists` names. */
export const percentsIn = (...lists: BudgetNotification[][]): number[] => [
  ...new Set(lists.flat().map(({ percent }) => percent)),
]
