import { beforeEach, expect, test } from 'vitest'
import { datapointsOf } from '../../../../src/emulator/dataplane/alarms/datapoints.ts'
import { NotEvaluated } from '../../../../src/emulator/dataplane/alarms/judge.ts'
import { cloudwatch } from '../../../../src/emulator/services/cloudwatch.ts'
import { World } from '../../call.ts'

let world: World
beforeEach(() => {
  world = new World()
  world.now = Date.UTC(2026, 0, 1, 12, 0, 30)
})

const ping = (secondsAgo: number, resolution = 60) =>
  world.ask(cloudwatch, 'cloudwatch').PutMetricData({
    Namespace: 'App',
    MetricData: [
      {
        MetricName: 'TaskPing',
        Value: 1,
        Timestamp: new Date(world.now - secondsAgo * 1000),
        StorageResolution: resolution,
      },
    ],
  })

const alarm = (expression: string, periodSeconds = 60) => ({
  AlarmName: 'a',
  EvaluationPeriods: 2,
  ComparisonOperator: 'LessThanThreshold' as const,
  Threshold: 1,
  Metrics: [
    {
      Id: 'm1',
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: 'App', MetricName: 'TaskPing', Dimensions: [] },
        Period: periodSeconds,
        Stat: 'Sum',
      },
    },
    { Id: 'e1', Expression: expression },
  ],
})

const values = (expression: string, periodSeconds = 60) =>
  datapointsOf(world.call('cloudwatch'), alarm(expression, periodSeconds)).values

test('two periods more than are evaluated are looked at, up to the last full minute', async () => {
  await ping(40)
  await ping(45)
  await ping(5)
  expect(values('m1')).toEqual([null, null, null, 2])
})

test('FILL puts its value where nothing is, or repeats the last', async () => {
  await ping(100)
  expect(values('FILL(m1,0)')).toEqual([0, 0, 1, 0])
  expect(values('FILL(m1, REPEAT)')).toEqual([null, null, 1, 1])
})

test('FILL has nothing to fill where there is no data at all', () => {
  expect(values('FILL(m1,0)')).toEqual([null, null, null, null])
})

test('periods of ten seconds see data of high resolution, and go up to the last full ten seconds', async () => {
  await ping(12, 1)
  await ping(3, 1)
  expect(values('FILL(m1,0)', 10)).toEqual([0, 0, 1, 1])
})

test.each(['m1 + 1', 'FILL(m1, LINEAR)', 'm2', 'e1'])('%s is not computed', expression => {
  expect(() => values(expression)).toThrow(NotEvaluated)
})
