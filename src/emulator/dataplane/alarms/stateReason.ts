import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type { Alarm } from '../../services/cloudwatch/alarm.ts'
import type { Datapoints } from './datapoints.ts'
import type { Verdict } from './judge.ts'

/** The `StateReason` of a state the data led to, in CloudWatch's form. */
export const stateReason = (
  definition: Alarm['definition'],
  state: StateValue,
  points: Datapoints,
  { counted, filled }: Verdict,
): string => {
  const { Threshold = 0, ComparisonOperator = '', EvaluationPeriods = 1 } = definition
  const needed = definition.DatapointsToAlarm ?? EvaluationPeriods
  const missing = `${filled} ${filled === 1 ? 'missing datapoint was' : 'missing datapoints were'}`
  const treated = `${missing} treated as [${TREATED[definition.TreatMissingData ?? 'missing'] ?? 'Missing'}].`
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${filled} ${filled === 1 ? 'datapoint was' : 'datapoints were'} unknown.`
  if (counted.length === 0)
    return `Threshold Crossed: no datapoints were received for ${EvaluationPeriods} ${EvaluationPeriods === 1 ? 'period' : 'periods'} and ${treated}`
  const listed = counted
    .toReversed()
    .map(index => `${decimal(points.values[index] ?? 0)} (${shortTime(points.starts[index] ?? 0)})`)
    .join(', ')
  const alarm = state === 'ALARM'
  const least = alarm ? needed : EvaluationPeriods - needed + 1
  const way = alarm ? 'OK -> ALARM' : 'ALARM -> OK'
  const compared = `${alarm ? 'were' : 'were not'} ${COMPARED[ComparisonOperator] ?? ComparisonOperator} the threshold (${decimal(Threshold)})`
  const minimum = `(minimum ${least} ${least === 1 ? 'datapoint' : 'datapoints'} for ${way} transition).`
  const rest = filled > 0 ? ` ${treated}` : ''
  return `Threshold Crossed: ${counted.length} out of the last ${EvaluationPeriods} datapoints [${listed}] ${compared} ${minimum}${rest}`
}

/** The `StateReasonData`, as JSON text; newest first. */
export const stateReasonData = (
  definition: Alarm['definition'],
  points: Datapoints,
  { counted }: Verdict,
  now: number,
): string =>
  JSON.stringify({
    version: '1.0',
    queryDate: longTime(now),
    ...(counted[0] === undefined ? {} : { startDate: longTime(points.starts[counted[0]] ?? now) }),
    ...(points.statistic === null ? {} : { statistic: points.statistic }),
    period: points.periodSeconds,
    recentDatapoints: counted.map(index => points.values[index]),
    threshold: definition.Threshold,
    evaluatedDatapoints: counted.toReversed().map(index => ({
      timestamp: longTime(points.starts[index] ?? now),
      value: points.values[index],
    })),
  })

const TREATED: Readonly<Record<string, string>> = {
  breaching: 'Breaching',
  notBreaching: 'NonBreaching',
  ignore: 'Ignore',
  missing: 'Missing',
}

const COMPARED: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

/** `26/11/26 11:07:00` */
const shortTime = (at: number): string => {
  const [, century = '', year = '', month = '', day = '', time = ''] =
    /^(..)(..)-(..)-(..)T(.{8})/.exec(new Date(at).toISOString()) ?? []
  return century === '' ? '' : `${day}/${month}/${year} ${time}`
}

/** CloudWatch writes its zone without a colon. */
const longTime = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')
