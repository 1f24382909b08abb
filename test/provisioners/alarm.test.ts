import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { expect, test } from 'vitest'
import { alarm } from '../../src/provisioners/alarm.ts'
import { onFreshAws } from './onFreshAws.ts'
import { alarmSample } from './samples/alarm.ts'

test.for([
  ['Sum', 'm1'],
  ['Average', 'm1 where m1 is Average'],
] as const)('an alarm on the plain metric by its %s reads as %s', ([Statistic, expression]) =>
  onFreshAws(async aws => {
    const { name, props } = await alarmSample.prepare(aws)
    await aws.client(CloudWatchClient).send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'storyarch',
        MetricName: 'TaskPing',
        Dimensions: [{ Name: 'Stack', Value: 'contract/test' }],
        Statistic,
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      }),
    )
    expect((await alarm.read(aws, name))?.props.definition).toEqual({
      ...props.definition,
      description: '',
      expression,
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      alarmActions: [],
    })
  }),
)

test('an alarm that looks more often than once a minute costs three times as much', async () => {
  const { definition } = (await alarmSample.prepare({} as never)).props
  const monthly = (periodSeconds: number) =>
    alarm.price({ definition: { ...definition, periodSeconds } })[0]?.usd
  expect([monthly(60), monthly(10)]).toEqual([0.1, 0.3])
})
