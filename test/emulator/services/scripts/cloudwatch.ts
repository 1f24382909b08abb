import * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

export const cloudwatchScript = async (connect: Connect): Promise<Outcome[]> => {
  const cloudwatch = connect(CloudWatch.CloudWatchClient)
  const script = new Script()
  const plain = {
    AlarmName: 'same',
    Namespace: 'App',
    MetricName: 'Ping',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 5,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  } as const
  const put = (over: object = {}) =>
    cloudwatch.send(new CloudWatch.PutMetricAlarmCommand({ ...plain, ...over }))
  const alarm = () => cloudwatch.send(new CloudWatch.DescribeAlarmsCommand({ AlarmNames: ['same'] }))
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:same'
  await script.step('put', () => put({ AlarmDescription: 'first', Tags: [{ Key: 'app', Value: 'a' }] }))
  await script.step('described', alarm, ({ MetricAlarms }) => {
    const {
      AlarmArn,
      AlarmDescription,
      Period,
      EvaluationPeriods,
      Statistic,
      Threshold,
      ActionsEnabled,
      OKActions,
      AlarmActions,
      StateValue,
    } = MetricAlarms?.[0] ?? {}
    return {
      AlarmArn,
      AlarmDescription,
      Period,
      EvaluationPeriods,
      Statistic,
      Threshold,
      ActionsEnabled,
      OKActions,
      AlarmActions,
      StateValue,
    }
  })
  await script.step(
    'tags',
    () => cloudwatch.send(new CloudWatch.ListTagsForResourceCommand({ ResourceARN })),
    ({ Tags }) => Tags,
  )
  await script.step('state', () =>
    cloudwatch.send(
      new CloudWatch.SetAlarmStateCommand({ AlarmName: 'same', StateValue: 'ALARM', StateReason: 'r' }),
    ),
  )
  await script.step(
    'in state',
    () => cloudwatch.send(new CloudWatch.DescribeAlarmsCommand({ StateValue: 'ALARM' })),
    ({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName, StateReason }) => [AlarmName, StateReason]),
  )
  await script.step('put again', () => put())
  await script.step('state after put', alarm, ({ MetricAlarms }) => [
    MetricAlarms?.[0]?.StateValue,
    MetricAlarms?.[0]?.AlarmDescription,
  ])
  await script.step('both kinds', () => put({ Metrics: [{ Id: 'e', Expression: '1' }] }))
  await script.step('odd state', () =>
    cloudwatch.send(
      new CloudWatch.SetAlarmStateCommand({
        AlarmName: 'same',
        StateValue: 'FINE' as never,
        StateReason: 'r',
      }),
    ),
  )
  await script.step('state of none', () =>
    cloudwatch.send(
      new CloudWatch.SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'r' }),
    ),
  )
  await script.step('disable', () =>
    cloudwatch.send(new CloudWatch.DisableAlarmActionsCommand({ AlarmNames: ['same'] })),
  )
  await script.step('disabled', alarm, ({ MetricAlarms }) => MetricAlarms?.[0]?.ActionsEnabled)
  const now = Date.now()
  await script.step('data', () =>
    cloudwatch.send(
      new CloudWatch.PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [1, 2].map(Value => ({
          MetricName: 'Ping',
          Value,
          Timestamp: new Date(now - 30_000),
          Dimensions: [{ Name: 'A', Value: 'b' }],
        })),
      }),
    ),
  )
  const span = { StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 60_000) }
  await script.step(
    'statistics',
    () =>
      cloudwatch.send(
        new CloudWatch.GetMetricStatisticsCommand({
          ...span,
          Namespace: 'App',
          MetricName: 'Ping',
          Dimensions: [{ Name: 'A', Value: 'b' }],
          Period: 60,
          Statistics: ['Sum', 'Average', 'SampleCount'],
        }),
      ),
    ({ Datapoints }) => Datapoints?.map(({ Sum, Average, SampleCount }) => [Sum, Average, SampleCount]),
  )
  await script.step(
    'metric data',
    () =>
      cloudwatch.send(
        new CloudWatch.GetMetricDataCommand({
          ...span,
          MetricDataQueries: [
            {
              Id: 'm1',
              MetricStat: {
                Metric: { Namespace: 'App', MetricName: 'Ping', Dimensions: [{ Name: 'A', Value: 'b' }] },
                Period: 60,
                Stat: 'Maximum',
              },
            },
          ],
        }),
      ),
    ({ MetricDataResults }) =>
      MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
  )
  await script.step(
    'list metrics',
    () => cloudwatch.send(new CloudWatch.ListMetricsCommand({ Namespace: 'App' })),
    ({ Metrics }) => Metrics,
  )
  await script.step('no value', () =>
    cloudwatch.send(
      new CloudWatch.PutMetricDataCommand({ Namespace: 'App', MetricData: [{ MetricName: 'Ping' }] }),
    ),
  )
  await script.step('delete', () =>
    cloudwatch.send(new CloudWatch.DeleteAlarmsCommand({ AlarmNames: ['same'] })),
  )
  await script.step('deleted', alarm, ({ MetricAlarms }) => MetricAlarms)
  return script.outcomes
}

const DESCRIBED = {
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:same',
  AlarmDescription: 'first',
  Period: 60,
  EvaluationPeriods: 5,
  Statistic: 'Sum',
  Threshold: 1,
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
}

/** Where moto answers otherwise than AWS says it does. */
export const cloudwatchMotoErrs: Errs = {
  described: {
    moto: { ...DESCRIBED, StateValue: 'OK' },
    because: 'PutMetricAlarm: a new alarm begins as INSUFFICIENT_DATA',
  },
  'state after put': {
    moto: ['OK', undefined],
    because: 'PutMetricAlarm: when you update an existing alarm, its state is left unchanged',
  },
  'both kinds': { moto: 'done', because: 'PutMetricAlarm: either Metrics or MetricName' },
  disable: { moto: 'SyntaxError 500', because: 'DisableAlarmActions: disables the actions' },
  disabled: { moto: true, because: 'DisableAlarmActions: disables the actions' },
  'no value': { moto: 'done', because: 'MetricDatum: Value, Values or StatisticValues is required' },
}
