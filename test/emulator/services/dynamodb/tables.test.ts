import { beforeEach, describe, expect, test } from 'vitest'
import { dynamodb } from '../../../../src/emulator/services/dynamodb.ts'
import { World } from '../../call.ts'

let world: World
const ask = () => world.ask(dynamodb, 'dynamodb')
const create = (extra: object = {}) =>
  ask().CreateTable({
    TableName: 'notes-task-state-prod',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
    ...extra,
  })
const TableName = 'notes-task-state-prod'
const status = async () => (await ask().DescribeTable({ TableName })).Table?.TableStatus

beforeEach(() => {
  world = new World()
})

describe('a table', () => {
  test('is CREATING, then ACTIVE, and tells what AWS fills in', async () => {
    const made = await create({ Tags: [{ Key: 'storyarch:stack', Value: 'notes/prod' }] })
    expect(made.TableDescription?.TableStatus).toBe('CREATING')
    await expect(ask().GetItem({ TableName, Key: { task_id: { S: 'main' } } })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    world.advance(10)
    const { Table } = await ask().DescribeTable({ TableName })
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      DeletionProtectionEnabled: false,
      WarmThroughput: { Status: 'ACTIVE' },
    })
    const { Tags } = await ask().ListTagsOfResource({ ResourceArn: Table?.TableArn ?? '' })
    expect(Tags).toEqual([{ Key: 'storyarch:stack', Value: 'notes/prod' }])
  })

  test('exists once', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({ code: 'ResourceInUseException' })
  })

  test('is not changed while it is made', async () => {
    await create()
    await expect(ask().UpdateTable({ TableName, DeletionProtectionEnabled: true })).rejects.toMatchObject({
      code: 'ResourceInUseException',
    })
  })

  test('under deletion protection stays until that is switched off', async () => {
    await create({ DeletionProtectionEnabled: true })
    world.advance(10)
    await expect(ask().DeleteTable({ TableName })).rejects.toMatchObject({ code: 'ValidationException' })
    await ask().UpdateTable({ TableName, DeletionProtectionEnabled: false })
    expect(await status()).toBe('UPDATING')
    world.advance(10)
    await ask().DeleteTable({ TableName })
    expect(await status()).toBe('DELETING')
    world.advance(10)
    await expect(status()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    expect((await ask().ListTables({})).TableNames).toEqual([])
  })

  test('made again under the same name is empty', async () => {
    await create()
    world.advance(10)
    await ask().PutItem({ TableName, Item: { task_id: { S: 'main' } } })
    await ask().DeleteTable({ TableName })
    world.advance(10)
    await create()
    world.advance(10)
    expect((await ask().Scan({ TableName })).Items).toEqual([])
  })

  test('changes its billing and back, and is refused what changes nothing', async () => {
    await create()
    world.advance(10)
    const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 3 }
    await ask().UpdateTable({ TableName, BillingMode: 'PROVISIONED', ProvisionedThroughput })
    world.advance(10)
    const { Table } = await ask().DescribeTable({ TableName })
    expect(Table).toMatchObject({ ProvisionedThroughput })
    expect(Table).not.toHaveProperty('BillingModeSummary')
    await expect(ask().UpdateTable({ TableName, ProvisionedThroughput })).rejects.toThrow('will not change')
    await ask().UpdateTable({ TableName, BillingMode: 'PAY_PER_REQUEST' })
    expect((await ask().DescribeTable({ TableName })).Table?.BillingModeSummary?.BillingMode).toBe(
      'PAY_PER_REQUEST',
    )
  })

  test('gains and loses an index, one at a time', async () => {
    await create()
    world.advance(10)
    const Create = {
      IndexName: 'by-owner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    }
    await ask().UpdateTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create }],
    })
    const index = async () => (await ask().DescribeTable({ TableName })).Table?.GlobalSecondaryIndexes?.[0]
    expect(await index()).toMatchObject({ IndexName: 'by-owner', IndexStatus: 'CREATING' })
    expect(await status()).toBe('UPDATING')
    world.advance(120)
    expect(await index()).toMatchObject({ IndexStatus: 'ACTIVE' })
    await ask().UpdateTable({
      TableName,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-owner' } }],
    })
    const { Table } = await ask().DescribeTable({ TableName })
    expect(Table).not.toHaveProperty('GlobalSecondaryIndexes')
    expect(Table?.AttributeDefinitions).toEqual([{ AttributeName: 'task_id', AttributeType: 'S' }])
  })

  test.each([
    [{ AttributeDefinitions: [] }, 'Some index key attributes are not defined'],
    [
      {
        AttributeDefinitions: [
          { AttributeName: 'task_id', AttributeType: 'S' },
          { AttributeName: 'more', AttributeType: 'S' },
        ],
      },
      'Number of attributes in KeySchema does not exactly match',
    ],
    [{ BillingMode: 'PROVISIONED' }, 'must both be specified'],
    [{ ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }, 'PAY_PER_REQUEST'],
    [{ TableName: 'ab' }, 'length greater than or equal to 3'],
    [{ Tags: [{ Key: 'aws:mine', Value: '' }] }, 'reserved'],
  ])('%j is refused', async (extra, why) => {
    await expect(create(extra)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(why),
    })
  })
})

describe('time to live', () => {
  const set = (Enabled: boolean, AttributeName = 'expires_at') =>
    ask().UpdateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } })
  const described = async () => (await ask().DescribeTimeToLive({ TableName })).TimeToLiveDescription

  beforeEach(async () => {
    await create()
    world.advance(10)
  })

  test('is enabled after a while, and changed once an hour at most', async () => {
    expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLED' })
    await set(true)
    expect(await described()).toEqual({ TimeToLiveStatus: 'ENABLING', AttributeName: 'expires_at' })
    world.advance(60)
    expect(await described()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' })
    await expect(set(false)).rejects.toMatchObject({ code: 'ValidationException' })
    world.advance(3600)
    await set(false)
    expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLING' })
  })

  test('already in the wished state is refused', async () => {
    await expect(set(false)).rejects.toThrow('already disabled')
    await set(true)
    await expect(set(true)).rejects.toThrow('already enabled')
  })
})

test('backups are unavailable just after creation', async () => {
  await create()
  const enable = () =>
    ask().UpdateContinuousBackups({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    })
  await expect(enable()).rejects.toMatchObject({ code: 'ContinuousBackupsUnavailableException' })
  world.advance(60)
  const { ContinuousBackupsDescription } = await enable()
  expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
    'ENABLED',
  )
})
