import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { matchesPattern, patternFault } from '../../../src/emulator/services/events/pattern.ts'
import { isSchedule, rateMinutes } from '../../../src/emulator/services/events/schedule.ts'
import { events } from '../../../src/emulator/services/events.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof events>

beforeEach(() => {
  world = new World()
  ask = world.ask(events, 'events')
})

const ARN = 'arn:aws:events:us-east-1:000000000000:rule/sweep'
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:monitor'
const sweep = { Name: 'sweep', ScheduleExpression: 'rate(5 minutes)' }

describe('rules', () => {
  test('a second put replaces everything, but not the targets and not the tags', async () => {
    await ask.PutRule({ ...sweep, Description: 'first', State: 'DISABLED', Tags: [{ Key: 'a', Value: '1' }] })
    await ask.PutTargets({ Rule: 'sweep', Targets: [{ Id: 't', Arn: LAMBDA }] })
    await ask.PutRule({
      Name: 'sweep',
      EventPattern: '{"source":["aws.ecs"]}',
      Tags: [{ Key: 'b', Value: '2' }],
    })
    expect(await ask.DescribeRule({ Name: 'sweep' })).toEqual({
      Name: 'sweep',
      Arn: ARN,
      Description: undefined,
      EventPattern: '{"source":["aws.ecs"]}',
      ScheduleExpression: undefined,
      State: 'ENABLED',
      RoleArn: undefined,
      EventBusName: 'default',
      CreatedBy: '000000000000',
    })
    expect((await ask.ListTargetsByRule({ Rule: 'sweep' })).Targets).toEqual([{ Id: 't', Arn: LAMBDA }])
    expect((await ask.ListTagsForResource({ ResourceARN: ARN })).Tags).toEqual([{ Key: 'a', Value: '1' }])
  })

  test('cannot be deleted before their targets; then calmly, as often as asked', async () => {
    await ask.PutRule(sweep)
    await ask.PutTargets({ Rule: 'sweep', Targets: [{ Id: 't', Arn: LAMBDA }] })
    await expect(ask.DeleteRule({ Name: 'sweep' })).rejects.toMatchObject({
      code: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    })
    await ask.RemoveTargets({ Rule: 'sweep', Ids: ['t', 'never'] })
    await ask.DeleteRule({ Name: 'sweep' })
    await ask.DeleteRule({ Name: 'sweep' })
    await expect(ask.DescribeRule({ Name: 'sweep' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    await expect(ask.ListTagsForResource({ ResourceARN: ARN })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('are switched off and on, and listed by prefix and by target', async () => {
    await ask.PutRule(sweep)
    await ask.PutRule({ ...sweep, Name: 'other' })
    await ask.PutTargets({ Rule: 'sweep', Targets: [{ Id: 't', Arn: LAMBDA }] })
    await ask.DisableRule({ Name: 'sweep' })
    expect((await ask.ListRules({ NamePrefix: 'sw' })).Rules).toMatchObject([
      { Name: 'sweep', State: 'DISABLED' },
    ])
    await ask.EnableRule({ Name: 'sweep' })
    expect((await ask.DescribeRule({ Name: 'sweep' })).State).toBe('ENABLED')
    expect((await ask.ListRuleNamesByTarget({ TargetArn: LAMBDA })).RuleNames).toEqual(['sweep'])
    await expect(ask.EnableRule({ Name: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    await expect(ask.ListRules({ EventBusName: 'mine' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test.each([
    ['neither schedule nor pattern', { Name: 'a' }, 'ValidationException'],
    ['a plural of one', { Name: 'a', ScheduleExpression: 'rate(1 minutes)' }, 'ValidationException'],
    ['a name with a slash', { ...sweep, Name: 'a/b' }, 'ValidationException'],
    ['a pattern that is no JSON', { Name: 'a', EventPattern: '{' }, 'InvalidEventPatternException'],
    [
      'a pattern without lists',
      { Name: 'a', EventPattern: '{"source":"aws.ecs"}' },
      'InvalidEventPatternException',
    ],
    ['a reserved tag', { ...sweep, Tags: [{ Key: 'aws:a', Value: '' }] }, 'ValidationException'],
  ])('%s is refused', async (_, input, code) => {
    await expect(ask.PutRule(input)).rejects.toMatchObject({ code })
    expect((await ask.ListRules({})).Rules).toEqual([])
  })

  test('are tagged by ARN', async () => {
    await ask.PutRule(sweep)
    await ask.TagResource({
      ResourceARN: ARN,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    })
    await ask.UntagResource({ ResourceARN: ARN, TagKeys: ['a'] })
    expect((await ask.ListTagsForResource({ ResourceARN: ARN })).Tags).toEqual([{ Key: 'b', Value: '2' }])
  })
})

describe('targets', () => {
  beforeEach(async () => {
    await ask.PutRule(sweep)
  })

  const put = (...Targets: { Id: string; Arn: string; Input?: string }[]) =>
    ask.PutTargets({ Rule: 'sweep', Targets })

  test('are replaced by id, five at most', async () => {
    const five = [1, 2, 3, 4, 5].map(n => ({ Id: `t${n}`, Arn: LAMBDA }))
    expect(await put(...five)).toMatchObject({ FailedEntryCount: 0 })
    await put({ Id: 't1', Arn: LAMBDA, Input: '{"action":"sweep"}' })
    await expect(put({ Id: 't6', Arn: LAMBDA })).rejects.toMatchObject({ code: 'LimitExceededException' })
    const { Targets } = await ask.ListTargetsByRule({ Rule: 'sweep' })
    expect(Targets).toHaveLength(5)
    expect(Targets?.[0]).toEqual({ Id: 't1', Arn: LAMBDA, Input: '{"action":"sweep"}' })
  })

  test.each([
    ['no ARN', { Id: 't', Arn: 'monitor' }],
    ['input that is no JSON', { Id: 't', Arn: LAMBDA, Input: 'sweep' }],
    ['an id with a space', { Id: 'a b', Arn: LAMBDA }],
    ['ECS without a role', { Id: 't', Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c' }],
  ])('%s is refused', async (_, target) => {
    await expect(put(target)).rejects.toMatchObject({ code: 'ValidationException' })
    expect((await ask.ListTargetsByRule({ Rule: 'sweep' })).Targets).toEqual([])
  })

  test('need a rule', async () => {
    await expect(ask.PutTargets({ Rule: 'none', Targets: [{ Id: 't', Arn: LAMBDA }] })).rejects.toMatchObject(
      {
        code: 'ResourceNotFoundException',
      },
    )
  })
})

describe('events', () => {
  test('wrong entries fail alone', async () => {
    const entry = { Source: 'app', DetailType: 'Thing', Detail: '{"a":1}' }
    const answer = await ask.PutEvents({
      Entries: [
        entry,
        { ...entry, Source: 'aws.ecs' },
        { ...entry, Detail: '{' },
        { ...entry, DetailType: undefined },
      ],
    })
    expect(answer.FailedEntryCount).toBe(3)
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSource',
      'MalformedDetail',
      'InvalidArgument',
    ])
  })

  test('a pattern can be tried', async () => {
    const event = {
      id: '1',
      account: '000000000000',
      source: 'aws.ecs',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      'detail-type': 'ECS Task State Change',
      detail: { lastStatus: 'STOPPED', group: 'family:app' },
    }
    const fits = async (detail: object) =>
      (
        await ask.TestEventPattern({
          EventPattern: JSON.stringify({ source: ['aws.ecs'], detail }),
          Event: JSON.stringify(event),
        })
      ).Result
    expect(await fits({ lastStatus: ['STOPPED', 'RUNNING'], group: ['family:app'] })).toBe(true)
    expect(await fits({ lastStatus: ['RUNNING'] })).toBe(false)
  })
})

describe('schedules', () => {
  test.each([
    'rate(1 minute)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(2 days)',
    'cron(0/5 * * * ? *)',
    'cron(15 10 ? * MON-FRI *)',
    'cron(0 18 L * ? 2026-2030)',
    'cron(0 8 ? * 6#3 *)',
    'cron(0 8 1,15 JAN,jul ? *)',
  ])('%s is one', text => expect(isSchedule(text)).toBe(true))

  test.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5  minutes)',
    'rate(30 seconds)',
    'cron(0/5 * * * *)',
    'cron(* * * * * *)',
    'cron(* * ? * ? *)',
    'cron(60 * * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 8 ? * 0 *)',
    'cron(0 9-8 * * ? *)',
    '5 minutes',
    '',
  ])('%j is none', text => expect(isSchedule(text)).toBe(false))

  test('every rate is read as its minutes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9999 }),
        fc.constantFrom(['minutes', 1], ['hours', 60], ['days', 1440]),
        (n, unit) => {
          const [name, minutes] = unit as [string, number]
          expect(rateMinutes(`rate(${n} ${name})`)).toBe(n * minutes)
        },
      ),
    )
  })
})

describe('patterns', () => {
  const fits = (wish: unknown, value: unknown) =>
    matchesPattern({ a: [wish] }, value === undefined ? {} : { a: value })

  test.each([
    ['x', 'x', true],
    ['x', 'X', false],
    ['x', ['y', 'x'], true],
    [null, null, true],
    [null, undefined, false],
    [{ prefix: 'ab' }, 'abc', true],
    [{ suffix: 'bc' }, 'abc', true],
    [{ 'equals-ignore-case': 'ABC' }, 'abc', true],
    [{ wildcard: 'a*c' }, 'abbc', true],
    [{ wildcard: 'a*c' }, 'abcd', false],
    [{ exists: true }, 'x', true],
    [{ exists: false }, undefined, true],
    [{ exists: false }, 'x', false],
    [{ 'anything-but': ['x', 'y'] }, 'z', true],
    [{ 'anything-but': ['x', 'y'] }, 'x', false],
    [{ 'anything-but': { prefix: 'x' } }, 'xyz', false],
    [{ numeric: ['>', 0, '<=', 5] }, 5, true],
    [{ numeric: ['>', 0, '<=', 5] }, 0, false],
    [{ cidr: '10.0.0.0/24' }, '10.0.0.255', true],
    [{ cidr: '10.0.0.0/24' }, '10.0.1.0', false],
  ])('%j on %j: %s', (wish, value, hit) => {
    expect(patternFault(JSON.stringify({ a: [wish] }))).toBeUndefined()
    expect(fits(wish, value)).toBe(hit)
  })

  test.each([
    ['[]', /not an object/],
    ['{}', /Empty event pattern/],
    ['{"a":[]}', /Empty arrays/],
    ['{"a":{}}', /Empty objects/],
    ['{"a":[{"like":"x"}]}', /Unrecognized match type like/],
    ['{"a":[{"numeric":[">"]}]}', /numeric/],
    ['{"a":[["x"]]}', /Match value/],
  ])('%s is refused', (text, reason) => expect(patternFault(text)).toMatch(reason))

  test('one of several branches is enough', () => {
    const pattern = { $or: [{ a: ['1'] }, { b: ['2'] }] }
    expect(patternFault(JSON.stringify(pattern))).toBeUndefined()
    expect(matchesPattern(pattern, { b: '2' })).toBe(true)
    expect(matchesPattern(pattern, { b: '1' })).toBe(false)
  })

  test('an event fits the pattern of its own values', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), leaf, { minKeys: 1 }), event => {
        const pattern = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, [value]]))
        expect(patternFault(JSON.stringify(pattern))).toBeUndefined()
        expect(matchesPattern(pattern, event)).toBe(true)
      }),
    )
  })
})
