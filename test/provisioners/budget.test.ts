import {
  type Budget,
  BudgetsClient,
  DescribeBudgetCommand,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets'
import { expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { hunt } from '../../src/engine/hunt.ts'
import { budget } from '../../src/provisioners/budget.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'

test('an account that shows its bills to nobody but root has no budget of ours, and the rest is found', async () => {
  const emulator = await freshAws(({ service }) =>
    service === 'budgets'
      ? new AwsError('AccessDeniedException', 'not authorized to perform: budgets:ViewBudget', {
          status: 400,
        })
      : undefined,
  )
  const world = openWorld(emulator.endpoint, 'us-east-1')
  expect(await hunt(world, 'notes/prod', new Set(), [])).toEqual([])
  // One that the manifest wishes for is another matter.
  await expect(budget.read(world.aws, 'notes-prod')).rejects.toThrow(/not authorized/)
  world.session.close()
  await emulator.close()
})

test('another limit leaves what somebody made the budget count', () =>
  onFreshAws(async aws => {
    const props = { monthlyUsd: 15, notifications: [] }
    await budget.create(aws, 'notes-prod', props, {}, making())
    const of = { AccountId: await aws.account(), BudgetName: 'notes-prod' }
    const client = aws.client(BudgetsClient, 'us-east-1')
    const held = async () => (await client.send(new DescribeBudgetCommand(of))).Budget
    const CostFilters = { TagKeyValue: ['user:project$notes'] }
    const { CalculatedSpend: _, ...made } = (await held()) ?? {}
    const NewBudget = { ...made, CostFilters } as Budget
    await client.send(new UpdateBudgetCommand({ AccountId: of.AccountId, NewBudget }))
    const { monthlyUsd } = budget.change
    const live = await budget.read(aws, 'notes-prod')
    if (typeof monthlyUsd !== 'function' || live === undefined) throw new Error('a writer expected')
    await monthlyUsd(aws, live, { ...props, monthlyUsd: 20 }, making())
    expect(await held()).toMatchObject({ CostFilters })
    expect((await budget.read(aws, 'notes-prod'))?.props.monthlyUsd).toBe(20)
  }))
