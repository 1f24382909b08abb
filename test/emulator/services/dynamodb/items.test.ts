import { beforeEach, describe, expect, test } from 'vitest'
import { dynamodb } from '../../../../src/emulator/services/dynamodb.ts'
import { World } from '../../call.ts'

let world: World
const ask = () => world.ask(dynamodb, 'dynamodb')
const TableName = 'things'
const Key = { pk: { S: 'main' }, sk: { N: '1' } }
const get = async (key: object = Key) =>
  (await ask().GetItem({ TableName, Key: key as typeof Key, ConsistentRead: true })).Item

beforeEach(async () => {
  world = new World()
  await ask().CreateTable({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'colour'].map(AttributeName => ({
      AttributeName,
      AttributeType: AttributeName === 'sk' ? 'N' : 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-colour',
        KeySchema: [
          { AttributeName: 'colour', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  })
  world.advance(30)
})

describe('a lease', () => {
  const take = (owner: string, now: number) =>
    ask().UpdateItem({
      TableName,
      Key,
      UpdateExpression: 'SET lease_owner = :me, lease_expires = :until ADD generation :one',
      ConditionExpression: 'attribute_not_exists(pk) OR lease_expires < :now OR lease_owner = :me',
      ExpressionAttributeValues: {
        ':me': { S: owner },
        ':now': { N: String(now) },
        ':until': { N: String(now + 60) },
        ':one': { N: '1' },
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })

  test('is held against others, who are told by whom, until it expires', async () => {
    await take('a', 100)
    await take('a', 110)
    await expect(take('b', 120)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      fields: {
        Item: { ...Key, lease_owner: { S: 'a' }, lease_expires: { N: '170' }, generation: { N: '2' } },
      },
    })
    const { Attributes } = await take('b', 171)
    expect(Attributes).toMatchObject({ lease_owner: { S: 'b' }, generation: { N: '3' } })
  })
})

describe('one item', () => {
  test('keeps every type, numbers in their normal form', async () => {
    const Item = {
      ...Key,
      bytes: { B: new Uint8Array([0, 255]) },
      flag: { BOOL: false },
      nothing: { NULL: true as const },
      list: { L: [{ S: '' }, { M: { n: { N: '1.50' } } }] },
      sets: { BS: [new Uint8Array([1])] },
      numbers: { NS: ['1', '2'] },
    }
    await ask().PutItem({ TableName, Item })
    expect(await get()).toEqual({ ...Item, list: { L: [{ S: '' }, { M: { n: { N: '1.5' } } }] } })
    expect(await get({ pk: Key.pk, sk: { N: '1.0' } })).toBeDefined()
  })

  test('expired by its time to live stays readable', async () => {
    await ask().UpdateTimeToLive({
      TableName,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    })
    await ask().PutItem({ TableName, Item: { ...Key, expires: { N: '1' } } })
    world.advance(7200)
    expect(await get()).toBeDefined()
  })

  test('answers what ReturnValues asks for', async () => {
    const write = (ReturnValues: 'ALL_OLD' | 'UPDATED_OLD' | 'UPDATED_NEW', value: string) =>
      ask().UpdateItem({
        TableName,
        Key,
        UpdateExpression: 'SET a = :v, m.b = :v',
        ExpressionAttributeValues: { ':v': { S: value } },
        ReturnValues,
      })
    await ask().PutItem({ TableName, Item: { ...Key, m: { M: { c: { S: '' } } } } })
    expect((await write('UPDATED_NEW', '1')).Attributes).toEqual({
      a: { S: '1' },
      m: { M: { b: { S: '1' } } },
    })
    expect((await write('UPDATED_OLD', '2')).Attributes).toEqual({
      a: { S: '1' },
      m: { M: { b: { S: '1' } } },
    })
    expect((await write('ALL_OLD', '3')).Attributes).toMatchObject({ a: { S: '2' } })
    const { Attributes } = await ask().DeleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' })
    expect(Attributes).toMatchObject({ a: { S: '3' } })
    expect(await ask().DeleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' })).toEqual({})
  })

  test.each([
    [{ pk: { S: 'a' } }, 'Missing the key sk in the item'],
    [{ pk: { S: 'a' }, sk: { S: '1' } }, 'Type mismatch for key sk expected: N actual: S'],
    [{ pk: { S: '' }, sk: { N: '1' } }, 'cannot contain an empty string value. Key: pk'],
    [{ ...Key, colour: { N: '1' } }, 'Type mismatch for Index Key colour'],
    [{ ...Key, a: { SS: [] } }, 'set  may not be empty'],
    [{ ...Key, a: { NS: ['1', '1.0'] } }, 'contains duplicates'],
    [{ ...Key, a: { N: 'x' } }, 'cannot be converted to a numeric value: x'],
    [{ ...Key, a: { S: 'x'.repeat(410_000) } }, 'Item size has exceeded'],
  ])('%# is refused', async (Item, why) => {
    await expect(ask().PutItem({ TableName, Item: Item as never })).rejects.toThrow(why)
    expect((await ask().Scan({ TableName })).Count).toBe(0)
  })

  test('its key is never updated', async () => {
    const work = ask().UpdateItem({
      TableName,
      Key,
      UpdateExpression: 'SET pk = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    })
    await expect(work).rejects.toThrow('Cannot update attribute pk. This attribute is part of the key')
  })

  test('placeholders without an expression are refused', async () => {
    const work = ask().PutItem({ TableName, Item: Key, ExpressionAttributeValues: { ':v': { S: 'x' } } })
    await expect(work).rejects.toThrow(
      'can only be specified when using expressions: ConditionExpression is null',
    )
  })
})

describe('many items', () => {
  const put = (pk: string, sk: number, colour: string) =>
    ask().PutItem({ TableName, Item: { pk: { S: pk }, sk: { N: String(sk) }, colour: { S: colour } } })

  beforeEach(async () => {
    for (const sk of [10, 9, 100, -1]) await put('a', sk, sk > 9 ? 'red' : 'blue')
    await put('b', 1, 'red')
  })

  const query = async (extra: object = {}) =>
    ask().Query({
      TableName,
      KeyConditionExpression: 'pk = :a',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
      ...extra,
    })
  const order = (answer: { Items?: Record<string, { N?: string | undefined }>[] | undefined }) =>
    answer.Items?.map(item => item['sk']?.N)

  test('are queried in the order of their numbers, both ways', async () => {
    expect(order((await query()) as never)).toEqual(['-1', '9', '10', '100'])
    expect(order((await query({ ScanIndexForward: false })) as never)).toEqual(['100', '10', '9', '-1'])
  })

  test('come in pages that miss and repeat nothing', async () => {
    const seen: unknown[] = []
    let start: object | undefined
    do {
      const answer = await query({ Limit: 3, ...(start && { ExclusiveStartKey: start }) })
      seen.push(...(order(answer as never) ?? []))
      start = answer.LastEvaluatedKey
    } while (start)
    expect(seen).toEqual(['-1', '9', '10', '100'])
  })

  test('are filtered after the limit', async () => {
    const values = { ':a': { S: 'a' }, ':red': { S: 'red' } }
    const answer = await query({
      Limit: 2,
      FilterExpression: 'colour = :red',
      ExpressionAttributeValues: values,
    })
    expect(answer).toMatchObject({ Count: 0, ScannedCount: 2 })
    expect(answer.LastEvaluatedKey).toEqual({ pk: { S: 'a' }, sk: { N: '9' } })
  })

  test('are found by an index, which tells keys only', async () => {
    const answer = await query({
      IndexName: 'by-colour',
      KeyConditionExpression: 'colour = :red AND sk BETWEEN :one AND :ten',
      ExpressionAttributeValues: { ':red': { S: 'red' }, ':one': { N: '1' }, ':ten': { N: '10' } },
    })
    expect(answer.Items).toEqual([
      { pk: { S: 'b' }, sk: { N: '1' }, colour: { S: 'red' } },
      { pk: { S: 'a' }, sk: { N: '10' }, colour: { S: 'red' } },
    ])
  })

  test('are scanned by segments, each once', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map(Segment => ask().Scan({ TableName, Segment, TotalSegments: 3 })),
    )
    expect(parts.flatMap(part => part.Items ?? [])).toHaveLength(5)
    expect((await ask().Scan({ TableName })).Items).toHaveLength(5)
  })

  test.each([
    ['sk = :n', 'Query condition missed key schema element: pk'],
    ['pk > :a', 'Query key condition not supported'],
    ['pk = :a AND colour = :a', 'Query condition missed key schema element'],
    ['pk = :n', 'Condition parameter type does not match schema type'],
    ['pk = :a OR pk = :a', 'Invalid operator used in KeyConditionExpression: OR'],
  ])('%s is no key condition', async (KeyConditionExpression, why) => {
    const all = { ':a': { S: 'a' }, ':n': { N: '1' } }
    const used = Object.fromEntries(
      Object.entries(all).filter(([name]) => KeyConditionExpression.includes(name)),
    )
    await expect(query({ KeyConditionExpression, ExpressionAttributeValues: used })).rejects.toThrow(why)
  })

  test('are written and read in batches', async () => {
    await ask().BatchWriteItem({
      RequestItems: {
        [TableName]: [
          { DeleteRequest: { Key: { pk: { S: 'b' }, sk: { N: '1' } } } },
          { PutRequest: { Item: { pk: { S: 'c' }, sk: { N: '1' } } } },
        ],
      },
    })
    const { Responses } = await ask().BatchGetItem({
      RequestItems: {
        [TableName]: { Keys: ['b', 'c'].map(pk => ({ pk: { S: pk }, sk: { N: '1' } })) },
      },
    })
    expect(Responses?.[TableName]).toEqual([{ pk: { S: 'c' }, sk: { N: '1' } }])
  })
})

describe('a transaction', () => {
  const put = (pk: string, ConditionExpression?: string) => ({
    Put: {
      TableName,
      Item: { pk: { S: pk }, sk: { N: '1' } },
      ...(ConditionExpression && { ConditionExpression }),
    },
  })

  test('writes all or nothing, with a reason for each item', async () => {
    await ask().TransactWriteItems({ TransactItems: [put('a')] })
    await expect(
      ask().TransactWriteItems({ TransactItems: [put('b'), put('a', 'attribute_not_exists(pk)')] }),
    ).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
        ],
      },
    })
    expect((await ask().Scan({ TableName })).Count).toBe(1)
  })

  test('sent again with its token happens once', async () => {
    const request = {
      ClientRequestToken: 'once',
      TransactItems: [
        {
          Update: {
            TableName,
            Key,
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
    }
    await ask().TransactWriteItems(request)
    await ask().TransactWriteItems(request)
    expect((await get())?.['n']).toEqual({ N: '1' })
    await expect(
      ask().TransactWriteItems({ ClientRequestToken: 'once', TransactItems: [put('z')] }),
    ).rejects.toMatchObject({ code: 'IdempotentParameterMismatchException' })
  })

  test('touches an item once only', async () => {
    await expect(ask().TransactWriteItems({ TransactItems: [put('a'), put('a')] })).rejects.toThrow(
      'Transaction request cannot include multiple operations on one item',
    )
  })

  test('reads in the order asked', async () => {
    await ask().PutItem({ TableName, Item: Key })
    const { Responses } = await ask().TransactGetItems({
      TransactItems: [{ pk: { S: 'no' }, sk: { N: '1' } }, Key].map(key => ({
        Get: { TableName, Key: key },
      })),
    })
    expect(Responses).toEqual([{}, { Item: Key }])
  })
})
