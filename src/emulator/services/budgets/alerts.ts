import type { Call } from '../../service.ts'
import {
  type Alert,
  alertNamed,
  alertOf,
  type BudgetRow,
  type BudgetsService,
  budgetNamed,
  budgetsOf,
  checkSubscribers,
  duplicate,
  notFound,
  subscriberRows,
  withAlert,
} from './budgetRow.ts'

const replace = (call: Call, row: BudgetRow, old: Alert, next: Alert | null): void =>
  budgetsOf(call).set(row.name, {
    ...row,
    alerts: row.alerts.flatMap(alert => (alert === old ? (next ?? []) : alert)),
  })

const tellSubscribers = ({ subscribers }: Alert) =>
  subscribers.map(({ type, address }) => ({ SubscriptionType: type, Address: address }))

/** Notifications and whom they reach. */
export const alerts = {
  CreateNotification: (input, call) => {
    const row = budgetNamed(call, input)
    budgetsOf(call).set(row.name, withAlert(row, input.Notification, input.Subscribers))
    return {}
  },

  DescribeNotificationsForBudget: (input, call) => ({
    Notifications: budgetNamed(call, input).alerts.map(({ notification }) => ({
      ...notification,
      NotificationState: 'OK' as const,
    })),
  }),

  UpdateNotification: (input, call) => {
    const row = budgetNamed(call, input)
    const held = alertNamed(row, input.OldNotification)
    const wanted = input.NewNotification
    const twin = alertOf(row, wanted)
    if (twin && twin !== held) throw duplicate(`The notification of budget ${row.name} already exists.`)
    if (wanted)
      replace(call, row, held, {
        ...held,
        notification: { ...wanted, ThresholdType: wanted.ThresholdType ?? 'PERCENTAGE' },
      })
    return {}
  },

  DeleteNotification: (input, call) => {
    const row = budgetNamed(call, input)
    replace(call, row, alertNamed(row, input.Notification), null)
    return {}
  },

  CreateSubscriber: (input, call) => {
    const row = budgetNamed(call, input)
    const held = alertNamed(row, input.Notification)
    const added = subscriberRows(input.Subscriber ? [input.Subscriber] : [])
    replace(call, row, held, { ...held, subscribers: checkSubscribers([...held.subscribers, ...added]) })
    return {}
  },

  DescribeSubscribersForNotification: (input, call) => ({
    Subscribers: tellSubscribers(alertNamed(budgetNamed(call, input), input.Notification)),
  }),

  /** With its last subscriber a notification goes. */
  DeleteSubscriber: (input, call) => {
    const row = budgetNamed(call, input)
    const held = alertNamed(row, input.Notification)
    const [gone] = subscriberRows(input.Subscriber ? [input.Subscriber] : [])
    const subscribers = held.subscribers.filter(
      ({ type, address }) => type !== gone?.type || address !== gone.address,
    )
    if (subscribers.length === held.subscribers.length)
      throw notFound(`Unable to find the subscriber of the notification of budget: ${row.name}`)
    replace(call, row, held, subscribers.length > 0 ? { ...held, subscribers } : null)
    return {}
  },
} satisfies BudgetsService
