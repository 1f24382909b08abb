import {
  type Budget,
  BudgetsClient,
  CreateBudgetCommand,
  CreateNotificationCommand,
  DeleteBudgetCommand,
  DeleteNotificationCommand,
  DescribeBudgetCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
  ListTagsForResourceCommand,
  paginateDescribeBudgets,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import {
  type BudgetNotification,
  emailsAt,
  isOurKind,
  notificationAt,
  percentsIn,
  subscribers,
} from './kit/budgetNotifications.ts'
import { byJson } from './kit/byJson.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the budget's. It watches the whole account: AWS filters by a tag only once the payer has activated it. */
export interface BudgetProps {
  monthlyUsd: number
  /** Percentages of the limit at which `email` is told. A set. */
  notifications: BudgetNotification[]
}

export interface BudgetOut extends Outputs {
  name: string
}

const GONE = 'NotFoundException'

/** Budgets live in one region. */
const open = (aws: Aws): BudgetsClient => aws.client(BudgetsClient, 'us-east-1')

const budgetFor = (name: string, { monthlyUsd }: BudgetProps): Budget => ({
  BudgetName: name,
  BudgetType: 'COST',
  TimeUnit: 'MONTHLY',
  BudgetLimit: { Amount: String(monthlyUsd), Unit: 'USD' },
})

const notificationsOf = async (
  aws: Aws,
  AccountId: string,
  BudgetName: string,
): Promise<BudgetNotification[]> => {
  const budgets = open(aws)
  const { Notifications = [] } = await budgets.send(
    new DescribeNotificationsForBudgetCommand({ AccountId, BudgetName }),
  )
  const told = await Promise.all(
    Notifications.filter(isOurKind).map(async Notification => {
      const { Subscribers = [] } = await budgets.send(
        new DescribeSubscribersForNotificationCommand({ AccountId, BudgetName, Notification }),
      )
      return Subscribers.map(({ Address = '' }) => ({ email: Address, percent: Notification.Threshold ?? 0 }))
    }),
  )
  return byJson(told.flat())
}

const namesOfAll = async (aws: Aws): Promise<string[]> => {
  const names: string[] = []
  const pages = paginateDescribeBudgets({ client: open(aws) }, { AccountId: await aws.account() })
  for await (const { Budgets = [] } of pages) names.push(...Budgets.map(({ BudgetName = '' }) => BudgetName))
  return names
}

const arnOfBudget = (aws: Aws, account: string, name: string): string =>
  `arn:${aws.partition}:budgets::${account}:budget/${name}`

export const budget: Provisioner<BudgetProps, BudgetOut> = {
  kind: 'budget',
  naming: { max: 100, allow: /^[^:\\]+$/ },
  permissions: {
    read: ['budgets:ViewBudget', 'budgets:ListTagsForResource'],
    write: ['budgets:ModifyBudget', 'budgets:TagResource', 'budgets:UntagResource'],
    remove: ['budgets:ModifyBudget'],
  },
  settles: { usuallySeconds: 2, atMostSeconds: 60 },
  removeAfter: [],
  hunt: {
    // An account shows its bills to no user but root until told to; whoever cannot see budgets has made none.
    async list(aws, stack) {
      const [project = ''] = stack.split('/')
      const names = (await absentIf(namesOfAll(aws), 'AccessDeniedException')) ?? []
      return names.filter(name => name.startsWith(project))
    },
  },
  normal: props => ({ ...props, notifications: byJson(props.notifications) }),

  async read(aws, name) {
    const budgets = open(aws)
    const account = await aws.account()
    const [described, notifications, tags] = await Promise.all([
      absentIf(budgets.send(new DescribeBudgetCommand({ AccountId: account, BudgetName: name })), GONE),
      absentIf(notificationsOf(aws, account, name), GONE),
      absentIf(
        budgets.send(new ListTagsForResourceCommand({ ResourceARN: arnOfBudget(aws, account, name) })),
        GONE,
      ),
    ])
    if (!described?.Budget) return undefined
    return {
      props: {
        monthlyUsd: Number(described.Budget.BudgetLimit?.Amount ?? 0),
        notifications: notifications ?? [],
      },
      out: { name },
      tags: tagsFrom(tags?.ResourceTags),
      health: 'ready',
    }
  },

  create: async (aws, name, want, tags) =>
    open(aws).send(
      new CreateBudgetCommand({
        AccountId: await aws.account(),
        Budget: budgetFor(name, want),
        NotificationsWithSubscribers: percentsIn(want.notifications).map(percent => ({
          Notification: notificationAt(percent),
          Subscribers: subscribers(emailsAt(want.notifications, percent)),
        })),
        ResourceTags: tagPairs(tags),
      }),
    ),

  change: {
    /** The whole budget is replaced: what somebody made it count, and from when on, goes along. */
    async monthlyUsd(aws, { out }, want) {
      const AccountId = await aws.account()
      const asked = new DescribeBudgetCommand({ AccountId, BudgetName: out.name })
      const { CostFilters, CostTypes, TimePeriod } = (await open(aws).send(asked)).Budget ?? {}
      const NewBudget = { ...budgetFor(out.name, want), CostFilters, CostTypes, TimePeriod }
      await open(aws).send(new UpdateBudgetCommand({ AccountId, NewBudget }))
    },

    async notifications(aws, live, want) {
      const budgets = open(aws)
      const base = { AccountId: await aws.account(), BudgetName: live.out.name }
      for (const percent of percentsIn(live.props.notifications, want.notifications)) {
        const before = emailsAt(live.props.notifications, percent)
        const after = emailsAt(want.notifications, percent)
        if (byJson(before).join() === byJson(after).join()) continue
        const Notification = notificationAt(percent)
        if (before.length > 0)
          await absentIf(budgets.send(new DeleteNotificationCommand({ ...base, Notification })), GONE)
        if (after.length > 0)
          await budgets.send(
            new CreateNotificationCommand({ ...base, Notification, Subscribers: subscribers(after) }),
          )
      }
    },
  },

  async retag(aws, live, put, drop) {
    const budgets = open(aws)
    const ResourceARN = arnOfBudget(aws, await aws.account(), live.out.name)
    await putAndDrop(
      put,
      drop,
      tags => budgets.send(new TagResourceCommand({ ResourceARN, ResourceTags: tagPairs(tags) })),
      ResourceTagKeys => budgets.send(new UntagResourceCommand({ ResourceARN, ResourceTagKeys })),
    )
  },

  remove: async (aws, live) =>
    absentIf(
      open(aws).send(new DeleteBudgetCommand({ AccountId: await aws.account(), BudgetName: live.out.name })),
      GONE,
    ),

  price: () => [],
}
