import { beforeEach, describe, expect, test } from 'vitest'
import { budgets } from '../../../src/emulator/services/budgets.ts'
import { World } from '../call.ts'

const AccountId = '000000000000'
const BudgetName = 'notes-prod'
const base = { AccountId, BudgetName }
const budget = (Amount = '15') => ({
  BudgetName,
  BudgetType: 'COST' as const,
  TimeUnit: 'MONTHLY' as const,
  BudgetLimit: { Amount, Unit: 'USD' },
})
const notification = (Threshold: number) => ({
  NotificationType: 'ACTUAL' as const,
  ComparisonOperator: 'GREATER_THAN' as const,
  Threshold,
})
const email = (Address: string) => ({ SubscriptionType: 'EMAIL' as const, Address })

let world: World
const ask = () => world.ask(budgets, 'budgets')
const create = (extra: object = {}) => ask().CreateBudget({ AccountId, Budget: budget(), ...extra })
const subscribers = async (threshold: number) =>
  (await ask().DescribeSubscribersForNotification({ ...base, Notification: notification(threshold) }))
    .Subscribers

beforeEach(() => {
  world = new World()
})

describe('a budget', () => {
  test("comes back with its amount in AWS's form and the period from this month on", async () => {
    await create()
    expect((await ask().DescribeBudget(base)).Budget).toMatchObject({
      BudgetLimit: { Amount: '15.0', Unit: 'USD' },
      TimePeriod: { Start: new Date('2026-01-01'), End: new Date('2087-06-15') },
      CostTypes: { IncludeTax: true, UseBlended: false },
      CalculatedSpend: { ActualSpend: { Amount: '0.0' } },
    })
  })

  test('exists once, belongs to the account, and is gone once deleted', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({ code: 'DuplicateRecordException' })
    await expect(ask().DescribeBudget({ ...base, AccountId: '1' })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    })
    await ask().DeleteBudget(base)
    await expect(ask().DescribeBudget(base)).rejects.toMatchObject({ code: 'NotFoundException' })
  })

  test('is updated without losing its notifications', async () => {
    await create({
      NotificationsWithSubscribers: [{ Notification: notification(80), Subscribers: [email('a@b.example')] }],
    })
    await ask().UpdateBudget({ AccountId, NewBudget: budget('20.5') })
    expect((await ask().DescribeBudget(base)).Budget?.BudgetLimit?.Amount).toBe('20.5')
    expect(await subscribers(80)).toEqual([email('a@b.example')])
  })

  test('is tagged by its ARN', async () => {
    await create({ ResourceTags: [{ Key: 'a', Value: '1' }] })
    const ResourceARN = `arn:aws:budgets::${AccountId}:budget/${BudgetName}`
    await ask().TagResource({ ResourceARN, ResourceTags: [{ Key: 'b', Value: '2' }] })
    await ask().UntagResource({ ResourceARN, ResourceTagKeys: ['a'] })
    expect((await ask().ListTagsForResource({ ResourceARN })).ResourceTags).toEqual([
      { Key: 'b', Value: '2' },
    ])
  })
})

describe('notifications', () => {
  const add = (threshold: number, ...addresses: string[]) =>
    ask().CreateNotification({
      ...base,
      Notification: notification(threshold),
      Subscribers: addresses.map(email),
    })

  beforeEach(() => create())

  test('are percentages unless told otherwise, and exist once', async () => {
    await add(80, 'a@b.example')
    await expect(add(80, 'a@b.example')).rejects.toMatchObject({ code: 'DuplicateRecordException' })
    expect((await ask().DescribeNotificationsForBudget(base)).Notifications).toEqual([
      { ...notification(80), ThresholdType: 'PERCENTAGE', NotificationState: 'OK' },
    ])
  })

  test('are five at most, to ten addresses each', async () => {
    for (const percent of [10, 20, 30, 40, 50]) await add(percent, 'a@b.example')
    await expect(add(60, 'a@b.example')).rejects.toMatchObject({ code: 'CreationLimitExceededException' })
    await ask().DeleteNotification({ ...base, Notification: notification(50) })
    const many = Array.from({ length: 11 }, (_, index) => `a${index}@b.example`)
    await expect(add(60, ...many)).rejects.toMatchObject({ code: 'CreationLimitExceededException' })
    await expect(add(60)).rejects.toMatchObject({ code: 'InvalidParameterException' })
    await expect(add(60, 'nowhere')).rejects.toThrow('nowhere')
  })

  test('go with their last subscriber', async () => {
    await add(80, 'a@b.example')
    const Notification = notification(80)
    await ask().CreateSubscriber({ ...base, Notification, Subscriber: email('c@d.example') })
    await ask().DeleteSubscriber({ ...base, Notification, Subscriber: email('a@b.example') })
    expect(await subscribers(80)).toEqual([email('c@d.example')])
    await ask().DeleteSubscriber({ ...base, Notification, Subscriber: email('c@d.example') })
    expect((await ask().DescribeNotificationsForBudget(base)).Notifications).toEqual([])
  })
})
