import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { type Claimant, leaseInTable } from '../../src/aws/leaseInTable.ts'
import { table } from '../../src/provisioners/table.ts'
import type { Aws } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from '../provisioners/making.ts'
import { onFreshAws } from '../provisioners/onFreshAws.ts'

const makeTable = (aws: Aws) =>
  table.create(
    aws,
    'state',
    { key: 'task_id', billing: 'PAY_PER_REQUEST', ttl: null, deletionProtection: false },
    {},
    making(),
  )

const leaseOf = (aws: Aws, owner: string, isAlive: Claimant['isAlive']) =>
  leaseInTable(aws, 'state', { who: owner, where: 'here', owner, host: 'laptop', pid: 1, isAlive }, Date.now)

test('a lease taken from a dead process is had although the answer got lost', async () => {
  let losing = false
  const emulator = await freshAws(({ operation, input }, phase) => {
    const takes = operation === 'UpdateItem' && /:dead/.test(String(input['ConditionExpression']))
    if (phase !== 'after' || !takes || losing) return undefined
    losing = true
    return 'drop'
  })
  const { session: aws } = openWorld(emulator.endpoint, 'us-east-1')
  await makeTable(aws)
  await leaseOf(aws, 'dead', () => false).acquire(false)
  const { holder } = await leaseOf(aws, 'living', () => false).acquire(false)
  expect(losing).toBe(true)
  expect(holder?.who).toBe('living')
  aws.close()
  await emulator.close()
})

test('whoever deletes the table beneath the lease keeps it to the end: nobody else can have it', () =>
  onFreshAws(async aws => {
    await makeTable(aws)
    const lease = leaseOf(aws, 'ann', () => true)
    await lease.acquire(false)
    await aws.client(DynamoDBClient).send(new DeleteTableCommand({ TableName: 'state' }))
    await expect(lease.extend()).resolves.toBeUndefined()
    await expect(lease.release({ unfinished: true, standing: null })).resolves.toBeUndefined()
  }))
