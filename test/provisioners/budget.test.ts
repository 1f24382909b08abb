import { expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { hunt } from '../../src/engine/hunt.ts'
import { budget } from '../../src/provisioners/budget.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'

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
