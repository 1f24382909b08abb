import type { MetricAlarm, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'

export interface AlarmDefinition {
  description: string
  /**
   * Metric math over `m1`, the metric's sum per period; `m1` alone is an alarm on the metric itself.
   * Read only: another statistic than the sum is told behind it.
   */
  expression: string
  metric: { namespace: string; name: string; dimensions: Record<string, string> }
  periodSeconds: number
  evaluationPeriods: number
  datapointsToAlarm: number
  comparison: string
  threshold: number
  missingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing'
  alarmActions: string[]
  okActions: string[]
  actionsEnabled: boolean
}

/** No unit: with a wrong one the alarm would see no data for ever. */
const queriesFor = ({ metric, periodSeconds, expression }: AlarmDefinition): MetricDataQuery[] => [
  {
    Id: 'm1',
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: 'Sum',
    },
  },
  { Id: 'e1', Expression: expression, ReturnData: true },
]

/** As PutMetricAlarm wants it. */
export const inputFor = (name: string, definition: AlarmDefinition): PutMetricAlarmInput => ({
  AlarmName: name,
  AlarmDescription: definition.description,
  Metrics: queriesFor(definition),
  EvaluationPeriods: definition.evaluationPeriods,
  DatapointsToAlarm: definition.datapointsToAlarm,
  ComparisonOperator: definition.comparison as PutMetricAlarmInput['ComparisonOperator'],
  Threshold: definition.threshold,
  TreatMissingData: definition.missingData,
  AlarmActions: definition.alarmActions,
  OKActions: definition.okActions,
  ActionsEnabled: definition.actionsEnabled,
})

/** An alarm on a plain metric (the seed's) reads as the expression `m1`. */
const metricIn = (alarm: MetricAlarm) => {
  const query = alarm.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat
  const metric = query?.Metric ?? alarm
  return {
    periodSeconds: query?.Period ?? alarm.Period ?? 0,
    metric: {
      namespace: metric.Namespace ?? '',
      name: metric.MetricName ?? '',
      dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? ''])),
    },
  }
}

const expressionIn = ({ Metrics = [], Statistic, ExtendedStatistic }: MetricAlarm): string => {
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? 'm1'
  const sampled = Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Stat
  const statistic = sampled ?? Statistic ?? ExtendedStatistic
  return statistic === 'Sum' ? expression : `${expression} where m1 is ${statistic}`
}

/** As DescribeAlarms shows it, AWS's defaults filled in. */
export const definitionIn = (alarm: MetricAlarm): AlarmDefinition => ({
  description: alarm.AlarmDescription ?? '',
  expression: expressionIn(alarm),
  ...metricIn(alarm),
  evaluationPeriods: alarm.EvaluationPeriods ?? 1,
  datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1,
  comparison: alarm.ComparisonOperator ?? '',
  threshold: alarm.Threshold ?? 0,
  missingData: (alarm.TreatMissingData ?? 'missing') as AlarmDefinition['missingData'],
  alarmActions: alarm.AlarmActions ?? [],
  okActions: alarm.OKActions ?? [],
  actionsEnabled: alarm.ActionsEnabled ?? true,
})
