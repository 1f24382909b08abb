import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { cloudwatch } from '../../../src/emulator/services/cloudwatch.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof cloudwatch>

beforeEach(() => {
  world = new World()
  ask = world.ask(cloudwatch, 'cloudwatch')
})

const ARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:idle'
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:idle'

const plain: PutMetricAlarmCommandInput = {
  AlarmName: 'idle',
  Namespace: 'App',
  MetricName: 'TaskPing',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 5,
  Threshold: 1,
  ComparisonOperator: 'LessThanThreshold',
}

const math: PutMetricAlarmCommandInput = {
  AlarmName: 'idle',
  EvaluationPeriods: 5,
  DatapointsToAlarm: 5,
  Threshold: 1,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'breaching',
  AlarmActions: [TOPIC],
  Metrics: [
    { Id: 'pings', Expression: 'FILL(m1, 0)', Label: 'pings' },
    {
      Id: 'm1',
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'App', MetricName: 'TaskPing' }, Period: 60, Stat: 'Sum' },
    },
  ],
}

const alarm = async () => (await ask.DescribeAlarms({ AlarmNames: ['idle'] })).MetricAlarms?.[0]

describe('alarms', () => {
  test('begin without data, with defaults filled in', async () => {
    await ask.PutMetricAlarm(math)
    expect(await alarm()).toMatchObject({
      AlarmArn: ARN,
      StateValue: 'INSUFFICIENT_DATA',
      ActionsEnabled: true,
      OKActions: [],
      InsufficientDataActions: [],
      AlarmActions: [TOPIC],
      Metrics: [
        { Id: 'pings', ReturnData: true },
        { Id: 'm1', ReturnData: false },
      ],
    })
  })

  test('a second put replaces everything, but not the state and not the tags', async () => {
    await ask.PutMetricAlarm({ ...plain, AlarmDescription: 'first', Tags: [{ Key: 'a', Value: '1' }] })
    await ask.SetAlarmState({ AlarmName: 'idle', StateValue: 'OK', StateReason: 'because' })
    await ask.PutMetricAlarm({ ...math, Tags: [{ Key: 'b', Value: '2' }] })
    const now = await alarm()
    expect(now).toMatchObject({ StateValue: 'OK', StateReason: 'because' })
    expect(now?.AlarmDescription).toBeUndefined()
    expect(now?.MetricName).toBeUndefined()
    expect((await ask.ListTagsForResource({ ResourceARN: ARN })).Tags).toEqual([{ Key: 'a', Value: '1' }])
  })

  test.each([
    ['both a metric and metrics', { ...math, MetricName: 'm', Namespace: 'n' }],
    ['neither', { ...plain, MetricName: undefined }],
    ['a period of 45 s', { ...plain, Period: 45 }],
    ['more than a day', { ...plain, Period: 300, EvaluationPeriods: 300 }],
    ['more points to alarm than periods', { ...plain, DatapointsToAlarm: 6 }],
    ['two statistics', { ...plain, ExtendedStatistic: 'p99' }],
    ['an unknown comparison', { ...plain, ComparisonOperator: 'Around' as never }],
    ['an unknown treatment of missing data', { ...plain, TreatMissingData: 'panic' }],
    ['six actions', { ...plain, AlarmActions: [1, 2, 3, 4, 5, 6].map(n => `${TOPIC}${n}`) }],
    ['an action that is no ARN', { ...plain, OKActions: ['idle'] }],
    ['an expression over nothing', { ...math, Metrics: [{ Id: 'e', Expression: 'FILL(m2, 0)' }] }],
    ['two results', { ...math, Metrics: math.Metrics?.map(query => ({ ...query, ReturnData: true })) }],
  ])('%s is refused, and the alarm stays as it was', async (_, input) => {
    await ask.PutMetricAlarm(plain)
    const before = await alarm()
    await expect(ask.PutMetricAlarm(input)).rejects.toMatchObject({ code: 'ValidationError' })
    expect(await alarm()).toEqual(before)
  })

  test('a week is allowed for periods of an hour', async () => {
    await ask.PutMetricAlarm({ ...plain, Period: 3600, EvaluationPeriods: 168 })
    expect(await alarm()).toMatchObject({ Period: 3600 })
  })

  test('deleting with a wrong name still deletes the right ones', async () => {
    await ask.PutMetricAlarm(plain)
    await expect(ask.DeleteAlarms({ AlarmNames: ['idle', 'none'] })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    })
    expect(await alarm()).toBeUndefined()
    await expect(ask.DeleteAlarms({ AlarmNames: ['idle'] })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    })
    await expect(ask.ListTagsForResource({ ResourceARN: ARN })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('actions are switched off and on', async () => {
    await ask.PutMetricAlarm(math)
    await ask.DisableAlarmActions({ AlarmNames: ['idle', 'none'] })
    expect(await alarm()).toMatchObject({ ActionsEnabled: false })
    await ask.EnableAlarmActions({ AlarmNames: ['idle'] })
    expect(await alarm()).toMatchObject({ ActionsEnabled: true })
  })

  test('the history tells what was done and how the state went, newest first', async () => {
    await ask.PutMetricAlarm(plain)
    world.advance(60)
    await ask.SetAlarmState({ AlarmName: 'idle', StateValue: 'ALARM', StateReason: 'r' })
    await ask.SetAlarmState({ AlarmName: 'idle', StateValue: 'ALARM', StateReason: 'again' })
    const told = async (input: object) =>
      (await ask.DescribeAlarmHistory({ AlarmName: 'idle', ...input })).AlarmHistoryItems?.map(
        item => item.HistorySummary,
      )
    expect(await told({})).toEqual(['Alarm updated from INSUFFICIENT_DATA to ALARM', 'Alarm "idle" created'])
    expect(await told({ HistoryItemType: 'ConfigurationUpdate' })).toEqual(['Alarm "idle" created'])
    expect((await alarm())?.StateReason).toBe('again')
    world.advance(31 * 86_400)
    expect(await told({})).toEqual([])
  })

  test('are found by prefix, state and action', async () => {
    await ask.PutMetricAlarm(math)
    await ask.PutMetricAlarm({ ...plain, AlarmName: 'other' })
    const names = async (input: object) =>
      (await ask.DescribeAlarms(input)).MetricAlarms?.map(row => row.AlarmName)
    expect(await names({})).toEqual(['idle', 'other'])
    expect(await names({ AlarmNamePrefix: 'id' })).toEqual(['idle'])
    expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['idle'])
    expect(await names({ StateValue: 'OK' })).toEqual([])
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([])
  })

  test('are tagged by ARN', async () => {
    await ask.PutMetricAlarm(plain)
    await ask.TagResource({ ResourceARN: ARN, Tags: [{ Key: 'a', Value: '1' }] })
    await ask.UntagResource({ ResourceARN: ARN, TagKeys: ['a'] })
    expect((await ask.ListTagsForResource({ ResourceARN: ARN })).Tags).toEqual([])
  })
})

describe('metrics', () => {
  const put = (value: number, agoSeconds: number, dimensions: [string, string][] = []) =>
    ask.PutMetricData({
      Namespace: 'App',
      MetricData: [
        {
          MetricName: 'TaskPing',
          Value: value,
          Timestamp: new Date(world.now - agoSeconds * 1000),
          Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
        },
      ],
    })

  const read = async (Stat: string, dimensions: [string, string][] = [], Period = 60) =>
    (
      await ask.GetMetricData({
        StartTime: new Date(world.now - 600_000),
        EndTime: new Date(world.now + 60_000),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          {
            Id: 'm1',
            MetricStat: {
              Metric: {
                Namespace: 'App',
                MetricName: 'TaskPing',
                Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
              },
              Period,
              Stat,
            },
          },
        ],
      })
    ).MetricDataResults?.[0]?.Values

  test('are summed in periods, and a period without data is not there', async () => {
    await put(1, 300)
    await put(2, 300)
    await put(5, 60)
    expect(await read('Sum')).toEqual([3, 5])
    expect(await read('SampleCount')).toEqual([2, 1])
    expect(await read('Average')).toEqual([1.5, 5])
    // The clock stands a few minutes past the hour, so an hour's period divides them.
    expect(await read('Maximum', [], 3600)).toEqual([2, 5])
  })

  test('with other dimensions are another series, whatever the order', async () => {
    await put(1, 60, [
      ['App', 'a'],
      ['Stage', 'prod'],
    ])
    await put(1, 60, [
      ['Stage', 'prod'],
      ['App', 'a'],
    ])
    expect(
      await read('Sum', [
        ['App', 'a'],
        ['Stage', 'prod'],
      ]),
    ).toEqual([2])
    expect(await read('Sum', [['App', 'a']])).toEqual([])
    const { Metrics } = await ask.ListMetrics({ Namespace: 'App', Dimensions: [{ Name: 'App' }] })
    expect(Metrics).toHaveLength(1)
    expect((await ask.ListMetrics({ Dimensions: [{ Name: 'App', Value: 'b' }] })).Metrics).toEqual([])
  })

  test('statistics tell timestamps at the begin of each period', async () => {
    await put(4, 90)
    const { Datapoints } = await ask.GetMetricStatistics({
      Namespace: 'App',
      MetricName: 'TaskPing',
      StartTime: new Date(world.now - 3600_000),
      EndTime: new Date(world.now),
      Period: 60,
      Statistics: ['Sum', 'Minimum'],
    })
    const at = Math.floor((world.now - 90_000) / 60_000) * 60_000
    expect(Datapoints).toEqual([{ Timestamp: new Date(at), Unit: 'None', Sum: 4, Minimum: 4 }])
  })

  test.each([
    ['no value', {}, 'MissingRequiredParameterException'],
    ['two kinds of value', { Value: 1, Values: [1] }, 'InvalidParameterCombinationException'],
    ['a value before two weeks', { Value: 1, Timestamp: new Date(0) }, 'InvalidParameterValueException'],
    ['no number', { Value: Number.NaN }, 'InvalidParameterValueException'],
  ])('%s is refused, with all data beside it', async (_, datum, code) => {
    await expect(
      ask.PutMetricData({
        Namespace: 'App',
        MetricData: [
          { MetricName: 'TaskPing', Value: 1 },
          { MetricName: 'TaskPing', ...datum },
        ],
      }),
    ).rejects.toMatchObject({ code })
    expect((await ask.ListMetrics({})).Metrics).toEqual([])
  })

  test('whatever the periods, the sum of the sums is what was put', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 599 })), {
          minLength: 1,
        }),
        fc.constantFrom(60, 300, 3600),
        async (data, period) => {
          world = new World()
          ask = world.ask(cloudwatch, 'cloudwatch')
          for (const [value, ago] of data) await put(value, ago)
          const sums = (await read('Sum', [], period)) ?? []
          expect(sums.reduce((a, b) => a + b, 0)).toBe(data.reduce((sum, [value]) => sum + value, 0))
        },
      ),
      { numRuns: 30 },
    )
  })
})
