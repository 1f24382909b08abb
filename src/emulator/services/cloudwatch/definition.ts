import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../service.ts'

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
]
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']
const MISSING = ['breaching', 'notBreaching', 'ignore', 'missing']
const DAY_SECONDS = 86_400

const refuse = (message: string): never => {
  throw new AwsError('ValidationError', message)
}

/** Throws ValidationError for the first thing CloudWatch would refuse. */
export const demandAlarm = (input: PutMetricAlarmCommandInput): void => {
  const { AlarmName = '', EvaluationPeriods = 0, DatapointsToAlarm } = input
  if (!/^\P{Cc}{1,255}$/u.test(AlarmName))
    refuse('AlarmName must be 1 to 255 characters without control characters')
  if (!COMPARISONS.includes(input.ComparisonOperator ?? ''))
    refuse(`Unknown ComparisonOperator: ${input.ComparisonOperator}`)
  if (input.TreatMissingData !== undefined && !MISSING.includes(input.TreatMissingData))
    refuse(`Unsupported treat missing data value: [${MISSING.join(', ')}]`)
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1)
    refuse('EvaluationPeriods must be at least 1')
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods))
    refuse('DatapointsToAlarm must be between 1 and EvaluationPeriods')
  if (input.Threshold === undefined && input.ThresholdMetricId === undefined)
    refuse('Threshold or ThresholdMetricId must be specified')
  demandActions(input)
  const periods = input.Metrics ? demandQueries(input.Metrics, input) : [demandPlain(input)]
  for (const period of periods) demandPeriod(period, EvaluationPeriods)
}

const demandActions = (input: PutMetricAlarmCommandInput): void => {
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions]) {
    if ((actions ?? []).length > 5) refuse('An alarm can have at most 5 actions for each state')
    const stray = actions?.find(action => !/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:.+$/.test(action))
    if (stray !== undefined) refuse(`Invalid arn syntax: ${stray}`)
  }
}

/** An alarm on one metric; its period in seconds. */
const demandPlain = (input: PutMetricAlarmCommandInput): number => {
  if (!input.MetricName || !input.Namespace)
    refuse('Either Metrics, or MetricName and Namespace, must be specified')
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined))
    refuse('Exactly one of Statistic and ExtendedStatistic must be specified')
  if (input.Statistic !== undefined && !STATISTICS.includes(input.Statistic))
    refuse(`Unknown Statistic: ${input.Statistic}`)
  return input.Period ?? refuse('Period must be specified for an alarm on a metric')
}

/** An alarm on metric math; the periods of its metrics in seconds. */
const demandQueries = (queries: readonly MetricDataQuery[], input: PutMetricAlarmCommandInput): number[] => {
  const plain = [
    input.MetricName,
    input.Namespace,
    input.Statistic,
    input.ExtendedStatistic,
    input.Period,
    input.Dimensions,
  ]
  if (plain.some(member => member !== undefined))
    refuse(
      'Metrics list cannot be specified together with MetricName, Namespace, Dimensions, Period, Unit, Statistic or ExtendedStatistic',
    )
  if (queries.length === 0 || queries.length > 20) refuse('Metrics must have between 1 and 20 items')
  const ids = queries.map(({ Id = '' }) => Id)
  if (new Set(ids).size < ids.length) refuse('Metric ids must be unique')
  for (const query of queries) {
    if (!/^[a-z]\w{0,254}$/.test(query.Id ?? '')) refuse(`Invalid metric id: ${query.Id}`)
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      refuse(`Exactly one of MetricStat and Expression must be specified for ${query.Id}`)
    for (const name of query.Expression === undefined ? [] : namesIn(query.Expression))
      if (!ids.includes(name)) refuse(`Error in expression '${query.Id}': Undefined variable ${name}`)
  }
  const returning = queries.filter(
    ({ Id, ReturnData = true }) => ReturnData && Id !== input.ThresholdMetricId,
  )
  if (returning.length !== 1) refuse('Exactly one element of the metrics list should return data.')
  return queries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? [])
}

/** Ids begin with a small letter, functions are in capitals; texts in quotes name nothing. */
const namesIn = (expression: string): string[] =>
  expression.replace(/"[^"]*"|'[^']*'/g, '').match(/(?<![\w.])[a-z]\w*/g) ?? []

const demandPeriod = (seconds: number, evaluationPeriods: number): void => {
  if (![10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0))
    refuse('Period must be 10, 20, 30 or a multiple of 60')
  const most = seconds >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS
  if (seconds * evaluationPeriods > most)
    refuse(
      `Metrics cannot be checked across more than ${most / DAY_SECONDS === 1 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${most})`,
    )
}
