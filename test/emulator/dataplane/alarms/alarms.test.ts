import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { until } from '../../until.ts'
import { createListener, type Listener } from '../deliveries/listener.ts'

let aws: Running
let cloudwatch: CloudWatchClient
let listener: Listener
beforeEach(async () => {
  aws = await Running.start()
  cloudwatch = aws.client(CloudWatchClient)
  listener = await createListener(aws, 'monitor')
})
afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const ping = () =>
  cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'App', MetricData: [{ MetricName: 'TaskPing', Value: 1 }] }),
  )

const putAlarm = (over: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'inactive',
      Metrics: [
        {
          Id: 'm1',
          ReturnData: false,
          MetricStat: { Metric: { Namespace: 'App', MetricName: 'TaskPing' }, Period: 60, Stat: 'Sum' },
        },
        { Id: 'e1', Expression: 'FILL(m1,0)', ReturnData: true },
      ],
      EvaluationPeriods: 2,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      ...over,
    }),
  )

const alarm = async () => {
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['inactive'] }))
  return MetricAlarms?.[0]
}

const inState = (value: string) =>
  until(
    async () => {
      const seen = await alarm()
      return seen?.StateValue === value ? seen : undefined
    },
    () => value,
  )

const topicFor = async (functionArn: string): Promise<string> => {
  const sns = aws.client(SNSClient)
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'inactive' }))
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: functionArn }))
  await aws.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: 'monitor',
      StatementId: 'sns',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: TopicArn,
    }),
  )
  return TopicArn
}

interface SnsEvent {
  Records: { Sns: { Subject: string; Message: string; TopicArn: string } }[]
}

test('an alarm fires on the edge, once, and again after it was well', async () => {
  const topic = await topicFor(listener.arn)
  await putAlarm({ AlarmActions: [topic] })
  expect((await alarm())?.StateValue).toBe('INSUFFICIENT_DATA')
  aws.advance(60)
  const first = await inState('ALARM')
  expect(first.StateReason).toBe(
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
  )
  expect(await listener.heard(1)).toHaveLength(1)

  await ping()
  aws.advance(60)
  await inState('OK')
  aws.advance(60)
  await ping()
  aws.advance(60)
  expect((await alarm())?.StateValue).toBe('OK')
  for (let minute = 0; minute < 3; minute++) aws.advance(60)
  const second = await inState('ALARM')
  expect(second.StateReason).toMatch(
    /^Threshold Crossed: 2 out of the last 2 datapoints \[0\.0 \(.+were less than/,
  )
  expect(JSON.parse(second.StateReasonData ?? '')).toMatchObject({
    period: 60,
    recentDatapoints: [0, 0],
    threshold: 1,
  })

  const heard = (await listener.heard(2)) as SnsEvent[]
  const messages = heard.map(event => JSON.parse(event.Records[0]?.Sns.Message ?? ''))
  expect(messages.map(({ OldStateValue, NewStateValue }) => [OldStateValue, NewStateValue])).toEqual([
    ['INSUFFICIENT_DATA', 'ALARM'],
    ['OK', 'ALARM'],
  ])
  expect(messages[0]).toMatchObject({
    AlarmName: 'inactive',
    AWSAccountId: '123456789012',
    Region: 'US East (N. Virginia)',
    StateChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/),
    Trigger: { EvaluationPeriods: 2, TreatMissingData: 'breaching' },
  })
  expect(heard[0]?.Records[0]?.Sns).toMatchObject({
    Subject: 'ALARM: "inactive" in US East (N. Virginia)',
    TopicArn: topic,
  })
})

test('a state set by hand carries out its actions, and the data brings the old one back', async () => {
  const topic = await topicFor(listener.arn)
  await putAlarm({ AlarmActions: [topic], TreatMissingData: 'notBreaching' })
  aws.advance(60)
  await inState('OK')
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'inactive', StateValue: 'ALARM', StateReason: 'by hand' }),
  )
  await listener.heard(1)
  aws.advance(60)
  await inState('OK')
  const { AlarmHistoryItems = [] } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'inactive', HistoryItemType: 'Action' }),
  )
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
    `Successfully executed action ${topic}`,
  ])
})

test('a function can be the action itself; no action is carried out when they are switched off', async () => {
  await aws.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: 'monitor',
      StatementId: 'alarm',
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
    }),
  )
  await putAlarm({ AlarmActions: [listener.arn], OKActions: [listener.arn] })
  aws.advance(60)
  const [event] = await listener.heard(1)
  expect(event).toMatchObject({
    source: 'aws.cloudwatch',
    alarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:inactive',
    alarmData: {
      alarmName: 'inactive',
      state: { value: 'ALARM' },
      previousState: { value: 'INSUFFICIENT_DATA' },
    },
  })
  await putAlarm({ OKActions: [listener.arn], ActionsEnabled: false })
  await ping()
  aws.advance(60)
  await inState('OK')
  expect(await listener.heard(1)).toHaveLength(1)
})

test('alarms go on after a restart, without anybody asking for them', async () => {
  await putAlarm()
  await aws.restart()
  cloudwatch = aws.client(CloudWatchClient)
  aws.advance(60)
  await inState('ALARM')
})

test('an alarm of ten seconds is evaluated every ten seconds', async () => {
  const period = { Metric: { Namespace: 'App', MetricName: 'TaskPing' }, Period: 10, Stat: 'Sum' }
  await putAlarm({
    EvaluationPeriods: 3,
    Metrics: [
      { Id: 'm1', ReturnData: false, MetricStat: period },
      { Id: 'e1', Expression: 'FILL(m1,0)', ReturnData: true },
    ],
  })
  const beat = () =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [{ MetricName: 'TaskPing', Value: 1, StorageResolution: 1 }],
      }),
    )
  await beat()
  aws.advance(10)
  await inState('OK')
  await beat()
  for (let tens = 0; tens < 3; tens++) {
    expect((await alarm())?.StateValue).toBe('OK')
    aws.advance(10)
  }
  aws.advance(10)
  await inState('ALARM')
})

test('an alarm on what is not computed here keeps its state, and does not stop the others', async () => {
  await putAlarm({
    AlarmName: 'strange',
    Metrics: undefined,
    MetricName: 'm',
    Namespace: 'n',
    Period: 60,
    ExtendedStatistic: 'p99',
  })
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1 }] }),
  )
  await putAlarm()
  aws.advance(60)
  await inState('ALARM')
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['strange'] }))
  expect(MetricAlarms?.[0]?.StateValue).toBe('INSUFFICIENT_DATA')
})
