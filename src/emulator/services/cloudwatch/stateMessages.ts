import type { Call } from '../../service.ts'
import type { Alarm, AlarmState } from './alarm.ts'

/** What subscribers, functions and rules are told of an alarm's new state. */

const REGIONS: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
}

const placeOf = ({ region }: Call): string => REGIONS[region] ?? region

/** CloudWatch writes its zone without a colon. */
const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')

export const alarmSubject = (call: Call, { name, state }: Alarm): string =>
  `${state.value}: "${name}" in ${placeOf(call)}`.slice(0, 100)

/** The text of the SNS message, before it becomes JSON. */
export const alarmMessage = (
  call: Call,
  { name, arn, definition, configuredAt, state }: Alarm,
  from: AlarmState,
) => ({
  AlarmName: name,
  AlarmDescription: definition.AlarmDescription ?? null,
  AWSAccountId: call.account,
  AlarmConfigurationUpdatedTimestamp: timeOf(configuredAt),
  NewStateValue: state.value,
  NewStateReason: state.reason,
  StateChangeTime: timeOf(state.changedAt),
  Region: placeOf(call),
  AlarmArn: arn,
  OldStateValue: from.value,
  OKActions: definition.OKActions ?? [],
  AlarmActions: definition.AlarmActions ?? [],
  InsufficientDataActions: definition.InsufficientDataActions ?? [],
  Trigger: triggerOf(definition),
})

/** SNS messages write some names in small letters; what SNS does not tell is left out. */
const triggerOf = (definition: Alarm['definition']) => ({
  ...(definition.Metrics
    ? { Metrics: definition.Metrics.map(query => ({ ...query, ReturnData: query.ReturnData ?? true })) }
    : {
        MetricName: definition.MetricName,
        Namespace: definition.Namespace,
        StatisticType: 'Statistic',
        Statistic: definition.Statistic?.toUpperCase(),
        Unit: definition.Unit ?? null,
        Dimensions: (definition.Dimensions ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
      }),
  Period: definition.Period ?? definition.Metrics?.find(query => query.MetricStat)?.MetricStat?.Period,
  EvaluationPeriods: definition.EvaluationPeriods,
  DatapointsToAlarm: definition.DatapointsToAlarm,
  ComparisonOperator: definition.ComparisonOperator,
  Threshold: definition.Threshold,
  TreatMissingData: definition.TreatMissingData ?? 'missing',
  EvaluateLowSampleCountPercentile: definition.EvaluateLowSampleCountPercentile ?? '',
})

const told = ({ value, reason, reasonData, changedAt }: AlarmState) => ({
  value,
  reason,
  ...(reasonData === null ? {} : { reasonData }),
  timestamp: timeOf(changedAt),
})

/** What a function gets that is itself the alarm's action. */
export const actionEvent = (call: Call, alarm: Alarm, from: AlarmState) => ({
  source: 'aws.cloudwatch',
  alarmArn: alarm.arn,
  accountId: call.account,
  time: timeOf(call.now),
  region: call.region,
  alarmData: stateChangeDetail(alarm, from),
})

/** The detail of the event `CloudWatch Alarm State Change`. */
export const stateChangeDetail = ({ name, definition, state }: Alarm, from: AlarmState) => ({
  alarmName: name,
  state: told(state),
  previousState: told(from),
  configuration: {
    description: definition.AlarmDescription,
    metrics: metricsOf(definition),
  },
})

const metricsOf = ({ Metrics, Namespace, MetricName, Dimensions, Period, Statistic }: Alarm['definition']) =>
  Metrics
    ? Metrics.map(({ Id, Expression, MetricStat, ReturnData = true }) => ({
        id: Id,
        ...(Expression === undefined ? {} : { expression: Expression }),
        ...(MetricStat === undefined
          ? {}
          : {
              metricStat: {
                metric: {
                  namespace: MetricStat.Metric?.Namespace,
                  name: MetricStat.Metric?.MetricName,
                  dimensions: dimensionsOf(MetricStat.Metric?.Dimensions),
                },
                period: MetricStat.Period,
                stat: MetricStat.Stat,
              },
            }),
        returnData: ReturnData,
      }))
    : [
        {
          id: 'm1',
          metricStat: {
            metric: { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) },
            period: Period,
            stat: Statistic,
          },
          returnData: true,
        },
      ]

const dimensionsOf = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] = []) =>
  Object.fromEntries(list.map(({ Name = '', Value = '' }) => [Name, Value]))
