import { appendFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { messageTest } from '../../../src/emulator/services/logs/pattern.ts'
import { logs } from '../../../src/emulator/services/logs.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof logs>

beforeEach(() => {
  world = new World()
  ask = world.ask(logs, 'logs')
})

afterEach(() => world.remove())

const GROUP = '/ecs/app'
const ARN = 'arn:aws:logs:us-east-1:000000000000:log-group:/ecs/app'
const stream = { logGroupName: GROUP, logStreamName: 's' }

const put = (...messages: [atSeconds: number, message: string][]) =>
  ask.PutLogEvents({
    ...stream,
    logEvents: messages.map(([at, message]) => ({ timestamp: world.now + at * 1000, message })),
  })

describe('log groups', () => {
  test('are found by prefix, with both ARNs, and cannot be made twice', async () => {
    await ask.CreateLogGroup({ logGroupName: GROUP, tags: { a: '1' } })
    await ask.CreateLogGroup({ logGroupName: `${GROUP}-two` })
    const { logGroups } = await ask.DescribeLogGroups({ logGroupNamePrefix: GROUP })
    expect(logGroups?.map(group => group.logGroupName)).toEqual([GROUP, `${GROUP}-two`])
    expect(logGroups?.[0]).toMatchObject({ arn: `${ARN}:*`, logGroupArn: ARN, logGroupClass: 'STANDARD' })
    await expect(ask.CreateLogGroup({ logGroupName: GROUP })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    })
  })

  test('keep events for the days AWS allows, or for ever', async () => {
    await ask.CreateLogGroup({ logGroupName: GROUP })
    const retention = async () => (await ask.DescribeLogGroups({})).logGroups?.[0]?.retentionInDays
    expect(await retention()).toBeUndefined()
    await ask.PutRetentionPolicy({ logGroupName: GROUP, retentionInDays: 14 })
    expect(await retention()).toBe(14)
    await expect(ask.PutRetentionPolicy({ logGroupName: GROUP, retentionInDays: 2 })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await ask.DeleteRetentionPolicy({ logGroupName: GROUP })
    expect(await retention()).toBeUndefined()
  })

  test('with deletion protection stay until it is lifted', async () => {
    await ask.CreateLogGroup({ logGroupName: GROUP, deletionProtectionEnabled: true })
    await expect(ask.DeleteLogGroup({ logGroupName: GROUP })).rejects.toMatchObject({
      code: 'ValidationException',
    })
    await ask.PutLogGroupDeletionProtection({ logGroupIdentifier: GROUP, deletionProtectionEnabled: false })
    await ask.DeleteLogGroup({ logGroupName: GROUP })
    await expect(ask.DeleteLogGroup({ logGroupName: GROUP })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('are tagged by the ARN without a star', async () => {
    await ask.CreateLogGroup({ logGroupName: GROUP, tags: { a: '1' } })
    await ask.TagResource({ resourceArn: ARN, tags: { b: '2' } })
    await ask.UntagResource({ resourceArn: ARN, tagKeys: ['a'] })
    expect((await ask.ListTagsForResource({ resourceArn: ARN })).tags).toEqual({ b: '2' })
    await expect(ask.TagResource({ resourceArn: `${ARN}:*`, tags: { b: '2' } })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await expect(ask.TagResource({ resourceArn: ARN, tags: {} })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await expect(ask.ListTagsForResource({ resourceArn: `${ARN}x` })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })
})

describe('log events', () => {
  beforeEach(async () => {
    await ask.CreateLogGroup({ logGroupName: GROUP })
    await ask.CreateLogStream(stream)
  })

  test('are read from the tail, or from the head, and on from there', async () => {
    await put([-3, 'a'], [-2, 'b'], [-1, 'c'])
    const texts = (answer: { events?: { message?: string | undefined }[] | undefined }) =>
      answer.events?.map(event => event.message)
    expect(texts(await ask.GetLogEvents({ ...stream, limit: 2 }))).toEqual(['b', 'c'])
    const head = await ask.GetLogEvents({ ...stream, limit: 2, startFromHead: true })
    expect(texts(head)).toEqual(['a', 'b'])
    const rest = await ask.GetLogEvents({ ...stream, nextToken: head.nextForwardToken })
    expect(texts(rest)).toEqual(['c'])
    const end = await ask.GetLogEvents({ ...stream, nextToken: rest.nextForwardToken })
    expect(texts(end)).toEqual([])
    expect(end.nextForwardToken).toBe(rest.nextForwardToken)
    await put([0, 'd'])
    expect(texts(await ask.GetLogEvents({ ...stream, nextToken: end.nextForwardToken }))).toEqual(['d'])
    expect(texts(await ask.GetLogEvents({ ...stream, nextToken: rest.nextBackwardToken }))).toEqual([
      'a',
      'b',
    ])
  })

  test('a reader who came before the first event misses none', async () => {
    const before = await ask.GetLogEvents({ ...stream, startFromHead: true })
    await put([0, 'first'])
    const after = await ask.GetLogEvents({ ...stream, nextToken: before.nextForwardToken })
    expect(after.events).toMatchObject([{ message: 'first' }])
  })

  test('of several streams come in order of time, with ids that stay', async () => {
    await ask.CreateLogStream({ logGroupName: GROUP, logStreamName: 't' })
    await put([-3, 'one'], [-1, 'three ERROR'])
    await ask.PutLogEvents({
      logGroupName: GROUP,
      logStreamName: 't',
      logEvents: [{ timestamp: world.now - 2000, message: 'two ERROR' }],
    })
    const all = await ask.FilterLogEvents({ logGroupName: GROUP })
    expect(all.events?.map(event => event.message)).toEqual(['one', 'two ERROR', 'three ERROR'])
    const errors = await ask.FilterLogEvents({ logGroupIdentifier: ARN, filterPattern: 'ERROR', limit: 1 })
    expect(errors.events).toEqual([all.events?.[1]])
    const more = await ask.FilterLogEvents({
      logGroupName: GROUP,
      filterPattern: 'ERROR',
      nextToken: errors.nextToken,
    })
    expect(more.events).toEqual([all.events?.[2]])
    const one = await ask.FilterLogEvents({ logGroupName: GROUP, logStreamNames: ['t'] })
    expect(one.events).toEqual([all.events?.[1]])
  })

  test('out of order, too old or too new are refused or left out', async () => {
    await expect(put([0, 'b'], [-1, 'a'])).rejects.toMatchObject({ code: 'InvalidParameterException' })
    const old = await put([-15 * 86_400, 'old'])
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 })
    const future = await put([0, 'now'], [3 * 3600, 'later'])
    expect(future.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 })
    expect((await ask.FilterLogEvents({ logGroupName: GROUP })).events).toMatchObject([{ message: 'now' }])
  })

  test('leave the disk once the retention is over, at the latest when the group gets its next stream', async () => {
    await ask.PutRetentionPolicy({ logGroupName: GROUP, retentionInDays: 1 })
    await put([0, 'old'])
    const files = () => readdirSync(world.call('logs').folder('events')).length
    await ask.CreateLogStream({ logGroupName: GROUP, logStreamName: 'next' })
    expect(files()).toBe(1)
    world.advance(2 * 86_400)
    await ask.CreateLogStream({ logGroupName: GROUP, logStreamName: 'last' })
    expect(files()).toBe(0)
    expect((await ask.DescribeLogGroups({})).logGroups?.[0]?.storedBytes).toBe(0)
    await put([0, 'new'])
    expect((await ask.GetLogEvents(stream)).events).toMatchObject([{ message: 'new' }])
  })

  test('that a full disk has torn, or a crash has taken, do not keep the others from being read', async () => {
    await put([-3, 'first'])
    const folder = world.call('logs').folder('events')
    const [file = ''] = readdirSync(folder)
    appendFileSync(join(folder, file), '[1767323045000,17673230')
    await put([-2, 'behind it'])
    await put([-1, 'last'])
    await ask.CreateLogStream({ logGroupName: GROUP, logStreamName: 'gone' })
    const event = { timestamp: world.now, message: 'gone' }
    await ask.PutLogEvents({ logGroupName: GROUP, logStreamName: 'gone', logEvents: [event] })
    rmSync(join(folder, readdirSync(folder).find(name => name !== file) ?? ''))
    expect((await ask.FilterLogEvents({ logGroupName: GROUP })).events).toMatchObject([
      { message: 'first' },
      { message: 'last' },
    ])
  })

  test('go once the retention is over', async () => {
    await put([0, 'a'])
    await ask.PutRetentionPolicy({ logGroupName: GROUP, retentionInDays: 1 })
    world.advance(86_401)
    expect((await ask.FilterLogEvents({ logGroupName: GROUP })).events).toEqual([])
  })

  test('go with their stream and do not come back with its name', async () => {
    await put([0, 'a'])
    await ask.DeleteLogStream(stream)
    await expect(put([0, 'b'])).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await ask.CreateLogStream(stream)
    expect((await ask.GetLogEvents(stream)).events).toEqual([])
    await ask.DeleteLogGroup({ logGroupName: GROUP })
    await ask.CreateLogGroup({ logGroupName: GROUP })
    expect((await ask.DescribeLogStreams({ logGroupName: GROUP })).logStreams).toEqual([])
  })

  test('tell which stream spoke last', async () => {
    await ask.CreateLogStream({ logGroupName: GROUP, logStreamName: 'a' })
    await put([0, 'x'])
    const byTime = await ask.DescribeLogStreams({
      logGroupName: GROUP,
      orderBy: 'LastEventTime',
      descending: true,
    })
    expect(byTime.logStreams?.map(row => row.logStreamName)).toEqual(['s', 'a'])
    expect(byTime.logStreams?.[0]?.lastEventTimestamp).toBe(world.now)
    const byName = await ask.DescribeLogStreams({ logGroupName: GROUP })
    expect(byName.logStreams?.map(row => row.logStreamName)).toEqual(['a', 's'])
  })

  test('walking forward by any page size tells every event once', async () => {
    await put([-2, 'a'], [-2, 'b'], [-1, 'c'], [0, 'd'], [0, 'e'])
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async limit => {
        const seen: (string | undefined)[] = []
        let token: string | undefined
        for (;;) {
          const answer = await ask.GetLogEvents({ ...stream, startFromHead: true, limit, nextToken: token })
          if (answer.nextForwardToken === token) break
          seen.push(...(answer.events ?? []).map(event => event.message))
          token = answer.nextForwardToken
        }
        expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
      }),
    )
  })
})

describe('filter patterns', () => {
  test.each([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR timeout', 'timeout ERROR', true],
    ['ERROR timeout', 'ERROR', false],
    ['"two words"', 'has two words', true],
    ['"two words"', 'words two', false],
    ['ERROR -retry', 'ERROR retry', false],
    ['?ERROR ?WARN', 'WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
  ])('%j on %j: %s', (pattern, message, hit) => {
    expect(messageTest(pattern)(message)).toBe(hit)
  })

  test('of JSON are refused, not misread', () => {
    expect(() => messageTest('{ $.level = "error" }')).toThrow(/terms only/)
  })
})
