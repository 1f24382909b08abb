import { expect, test } from 'vitest'
import { leaseInTable } from '../../src/aws/leaseInTable.ts'
import { table } from '../../src/provisioners/table.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from '../provisioners/making.ts'

test('a lease taken from a dead process is had although the answer got lost', async () => {
  let losing = false
  const emulator = await freshAws(({ operation, input }, phase) => {
    const takes = operation === 'UpdateItem' && /:dead/.test(String(input['ConditionExpression']))
    if (phase !== 'after' || !takes || losing) return undefined
    losing = true
    return 'drop'
  })
  const { session: aws } = openWorld(emulator.endpoint, 'us-east-1')
  const props = { key: 'task_id', billing: 'PAY_PER_REQUEST', ttl: null, deletionProtection: false } as const
  await table.create(aws, 'locks', props, {}, making())
  const claimant = (owner: string) => ({
    who: owner,
    where: 'here',
    owner,
    host: 'laptop',
    pid: 1,
    isAlive: () => false,
  })
  await leaseInTable(aws, 'locks', claimant('dead'), Date.now).acquire(false)
  const { holder } = await leaseInTable(aws, 'locks', claimant('living'), Date.now).acquire(false)
  expect(losing).toBe(true)
  expect(holder?.who).toBe('living')
  aws.close()
  await emulator.close()
})
