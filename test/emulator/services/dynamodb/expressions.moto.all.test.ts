import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../../awsCli.ts'
import { startMoto } from '../../moto.ts'
import { Running } from '../../running.ts'

const why = missing('moto_server', '--help')

const TableName = 'same-script'
const ITEM: Record<string, AttributeValue> = {
  pk: { S: 'a' },
  sk: { N: '1' },
  n: { N: '2.5' },
  word: { S: 'apple' },
  flag: { BOOL: true },
  nothing: { NULL: true },
  colours: { SS: ['red', 'green'] },
  primes: { NS: ['2', '3'] },
  deep: { M: { l: { L: [{ S: 'x' }, { M: { y: { N: '7' } } }, { N: '3' }] } } },
}
const VALUES: Record<string, AttributeValue> = {
  ':one': { N: '1' },
  ':two': { N: '2.50' },
  ':ten': { N: '10' },
  ':a': { S: 'a' },
  ':app': { S: 'app' },
  ':red': { SS: ['red'] },
  ':gold': { SS: ['gold', 'red'] },
  ':nums': { NS: ['3', '5'] },
  ':list': { L: [{ S: 'z' }] },
  ':yes': { BOOL: true },
  ':S': { S: 'S' },
}

const CONDITIONS = [
  'attribute_exists(deep.l[1].y)',
  'attribute_not_exists(deep.l[9])',
  'attribute_type(word, :S)',
  'begins_with(word, :app)',
  'begins_with(missing, :app)',
  'contains(word, :app)',
  'contains(colours, :a)',
  'contains(primes, :one)',
  'size(word) > :two',
  'size(colours) BETWEEN :one AND :ten',
  'size(missing) < :ten',
  'n = :two',
  'n <> :two',
  'n < :ten AND NOT n < :one',
  'missing <> :a',
  'missing = :a',
  'missing < :a OR word >= :app',
  'word IN (:a, :app, word2) OR flag = :yes',
  'n BETWEEN :one AND :two',
  'deep.l[2] > :two AND (flag = :yes OR word = :a)',
  'NOT (attribute_exists(pk) AND word = :a)',
  'colours = :red',
  'flag = :yes AND nothing <> flag',
  'status = :a',
]

/** Where moto answers 500; what is right says the DynamoDB guide. Once moto mends one, it moves up. */
const MOTO_BREAKS: [condition: string, ours: string][] = [
  ['word > :one', 'ConditionalCheckFailedException'],
  ['word =', 'ValidationException'],
  ['word == :a', 'ValidationException'],
  ['word = :none', 'ValidationException'],
  ['#none = :a', 'ValidationException'],
  ['no_such_function(word)', 'ValidationException'],
  ['begins_with(word)', 'ValidationException'],
]

const UPDATES = [
  'SET word = :a, fresh = n',
  'SET n = n + :one, m = n - :two',
  'SET n = if_not_exists(n, :one), k = if_not_exists(k, :one) + :ten',
  'SET l = list_append(if_not_exists(l, :list), :list)',
  'SET deep.l[1].y = :one, deep.l[9] = :a',
  'SET deep.fresh = :list',
  'REMOVE word, deep.l[0], missing',
  'REMOVE deep.l[0], deep.l[2]',
  'ADD n :one, k :ten',
  'ADD colours :gold, primes :nums, fresh :red',
  'DELETE colours :red, missing :red',
  'DELETE primes :nums',
  'SET a1 = :a REMOVE flag ADD n :ten DELETE colours :gold',
  // Faults.
  'SET x = missing',
  'SET missing.y = :a',
  'SET n = word + :one',
  'SET pk = :a',
  'ADD word :one',
  'SET word = :a SET n = :one',
  'SET deep = :a, deep.l = :a',
  'UPSERT word = :a',
]

type Outcome = unknown

/** An answer of 5xx: a bug, not a meaning. */
const BROKE = 'broke'

/** One AWS, asked the same thing as the other. */
class Side {
  readonly #client: DynamoDBClient

  constructor(client: DynamoDBClient) {
    this.#client = client
  }

  async prepare(): Promise<void> {
    await this.#client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    )
  }

  /** Whether the condition holds, told by a put that changes nothing. */
  condition(text: string): Promise<Outcome> {
    return outcome(async () => {
      await this.#client.send(new PutItemCommand({ TableName, Item: ITEM }))
      await this.#client.send(
        new PutItemCommand({ TableName, Item: ITEM, ConditionExpression: text, ...placeholdersOf(text) }),
      )
      return 'holds'
    })
  }

  filter(text: string): Promise<Outcome> {
    return outcome(async () => {
      await this.#client.send(new PutItemCommand({ TableName, Item: ITEM }))
      const { Count } = await this.#client.send(
        new ScanCommand({ TableName, FilterExpression: text, ...placeholdersOf(text) }),
      )
      return Count
    })
  }

  /** The item afterwards, or the fault. */
  update(text: string): Promise<Outcome> {
    return outcome(async () => {
      await this.#client.send(new PutItemCommand({ TableName, Item: ITEM }))
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'a' }, sk: { N: '1' } },
          UpdateExpression: text,
          ReturnValues: 'ALL_NEW',
          ...placeholdersOf(text),
        }),
      )
      return plain(Attributes)
    })
  }

  project(text: string): Promise<Outcome> {
    return outcome(async () => {
      await this.#client.send(new PutItemCommand({ TableName, Item: ITEM }))
      const { Item } = await this.#client.send(
        new GetItemCommand({
          TableName,
          Key: { pk: { S: 'a' }, sk: { N: '1' } },
          ProjectionExpression: text,
        }),
      )
      return plain(Item)
    })
  }

  /** The range keys that come, in their order. */
  query(text: string, values: Record<string, AttributeValue>, forward: boolean): Promise<Outcome> {
    return outcome(async () => {
      for (const N of ['30', '4', '-5', '100'])
        await this.#client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'q' }, sk: { N } } }))
      const { Items } = await this.#client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: text,
          ExpressionAttributeValues: values,
          ScanIndexForward: forward,
        }),
      )
      return Items?.map(item => item['sk']?.N)
    })
  }
}

const outcome = async (work: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await work()
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault
    const { $metadata, $response } = fault as {
      $metadata?: { httpStatusCode?: number }
      $response?: { statusCode: number }
    }
    const status = $metadata?.httpStatusCode ?? $response?.statusCode ?? 0
    return status >= 500 ? BROKE : fault.name
  }
}

const placeholdersOf = (text: string) => {
  const used = Object.entries(VALUES).filter(([key]) => new RegExp(`${key}(?!\\w)`).test(text))
  return used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {}
}

/** Sets have no order, and a number is its value. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (key, held) => {
      if (key === 'N') return Number(held)
      if (key === 'NS') return held.map(Number).sort()
      return key === 'SS' ? [...held].sort() : held
    }),
  )

/** Conditions put together from ones that both know. */
const condition = fc.letrec<{ any: string; leaf: string; node: string }>(tie => ({
  any: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('node')),
  leaf: fc
    .constantFrom(...CONDITIONS.slice(0, -1))
    .map(text => (/ (AND|OR) |^NOT/.test(text) ? `(${text})` : text)),
  node: fc
    .tuple(tie('any'), fc.constantFrom('AND', 'OR', 'AND NOT', 'OR NOT'), tie('any'))
    .map(([left, word, right]) => `${left} ${word} ${right}`),
})).any

describe.skipIf(why)(why ?? 'expressions mean here what they mean in moto', () => {
  let emulator: Running
  let moto: Awaited<ReturnType<typeof startMoto>>
  let ours: Side
  let theirs: Side

  beforeAll(async () => {
    emulator = await Running.start()
    moto = await startMoto()
    ours = new Side(emulator.client(DynamoDBClient))
    theirs = new Side(
      new DynamoDBClient({
        endpoint: moto.endpoint,
        region: 'us-east-1',
        maxAttempts: 1,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
    )
    await Promise.all([ours.prepare(), theirs.prepare()])
  })
  afterAll(async () => {
    moto.stop()
    await emulator.stop()
    expect(emulator.faults).toEqual([])
  })

  test.each(CONDITIONS)('condition %s', async text =>
    expect(await ours.condition(text)).toEqual(await theirs.condition(text)),
  )

  test.each(CONDITIONS)('filter %s', async text =>
    expect(await ours.filter(text)).toEqual(await theirs.filter(text)),
  )

  test.each(MOTO_BREAKS)('moto breaks on %s, here it is %s', async (text, right) => {
    expect(await ours.condition(text)).toBe(right)
    expect(await theirs.condition(text)).toBe(BROKE)
  })

  test.each(UPDATES)('update %s', async text =>
    expect(await ours.update(text)).toEqual(await theirs.update(text)),
  )

  test.each(['pk, n', 'deep.l[1], word', 'missing'])('projection %s', async text =>
    expect(await ours.project(text)).toEqual(await theirs.project(text)),
  )

  test.each([
    ['pk = :q', { ':q': { S: 'q' } }],
    ['pk = :q AND sk > :n', { ':q': { S: 'q' }, ':n': { N: '4' } }],
    ['pk = :q AND sk BETWEEN :n AND :m', { ':q': { S: 'q' }, ':n': { N: '-5' }, ':m': { N: '30' } }],
    ['pk > :q', { ':q': { S: 'q' } }],
    ['sk = :n', { ':n': { N: '4' } }],
  ] as [string, Record<string, AttributeValue>][])('query %s', async (text, values) => {
    for (const forward of [true, false])
      expect(await ours.query(text, values, forward)).toEqual(await theirs.query(text, values, forward))
  })

  test('conditions put together at random', () =>
    fc.assert(
      fc.asyncProperty(condition, async text => {
        expect([text, await ours.condition(text)]).toEqual([text, await theirs.condition(text)])
      }),
      { numRuns: 60 },
    ))
})
