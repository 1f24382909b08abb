import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import type { Alarm } from '../../services/cloudwatch/alarm.ts'
import { joined, keyOf, periodsOf, sortedDimensions, statistic } from '../../services/cloudwatch/series.ts'
import { NotEvaluated, rangeOf } from './judge.ts'

/** What an alarm sees at a moment. */
export interface Datapoints {
  readonly periodSeconds: number
  readonly statistic: string | null
  /** Begins of the periods in the range (epoch milliseconds), oldest first. */
  readonly starts: readonly number[]
  readonly values: readonly (number | null)[]
}

/** Alarms on periods of less than a minute are evaluated every ten seconds, the others every minute. */
export const evaluationIntervalMs = (definition: Alarm['definition']): number =>
  periodOf(definition) < 60 ? 10_000 : 60_000

/** The range of an alarm: complete periods that end at the last full minute, or the last ten seconds. Throws NotEvaluated. */
export const datapointsOf = (call: Call, definition: Alarm['definition']): Datapoints => {
  const periodSeconds = periodOf(definition)
  const intervalMs = evaluationIntervalMs(definition)
  const end = Math.floor(call.now / intervalMs) * intervalMs
  const count = rangeOf(definition.EvaluationPeriods ?? 1)
  const starts = Array.from({ length: count }, (_, index) => end - (count - index) * periodSeconds * 1000)
  const { Metrics, Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Unit } = definition
  const read = (stat: MetricStat) => seriesAt(call, stat, starts)
  if (!Metrics) {
    const Stat = Statistic ?? ExtendedStatistic
    const values = read({ Metric: { Namespace, MetricName, Dimensions }, Period: periodSeconds, Stat, Unit })
    return { periodSeconds, statistic: Stat ?? null, starts, values }
  }
  const shown = Metrics.find(({ Id, ReturnData = true }) => ReturnData && Id !== definition.ThresholdMetricId)
  const values = valuesOf(shown?.Id ?? '', Metrics, read)
  return { periodSeconds, statistic: shown?.MetricStat?.Stat ?? null, starts, values }
}

/** An alarm on metric math has the period of its metrics; the longest, should they differ. */
const periodOf = ({ Period, Metrics = [] }: Alarm['definition']): number =>
  Period ?? Math.max(...Metrics.map(query => query.MetricStat?.Period ?? query.Period ?? 0), 10)

const seriesAt = (call: Call, stat: MetricStat, starts: readonly number[]): (number | null)[] => {
  const { Metric, Stat = 'Sum', Unit, Period = 60 } = stat
  const key = keyOf(
    Metric?.Namespace ?? '',
    Metric?.MetricName ?? '',
    sortedDimensions(Metric?.Dimensions ?? []),
  )
  const unit = Unit === undefined || Unit === 'None' ? null : Unit
  return starts.map(from => {
    const until = from + Period * 1000
    // By the second, as the periods of an alarm need not begin at multiples of their length.
    const seconds = periodsOf(call, key, { from, until, periodSeconds: 1, unit })
    if (seconds.length === 0) return null
    const value = statistic(joined(seconds, from), Stat)
    if (value === undefined) throw new NotEvaluated(`the statistic ${Stat}`)
    return value
  })
}

const FILL = /^FILL\(\s*(\w+)\s*,\s*(REPEAT|-?\d+(?:\.\d+)?)\s*\)$/

/** The values of a query, for the expressions an alarm on a heartbeat needs: another query's name, and FILL of one. */
const valuesOf = (
  id: string,
  queries: readonly MetricDataQuery[],
  read: (stat: MetricStat) => (number | null)[],
): (number | null)[] => {
  const query = queries.find(({ Id }) => Id === id)
  if (query?.MetricStat) return read(query.MetricStat)
  const expression = query?.Expression?.trim() ?? ''
  const [, filled, filler] = FILL.exec(expression) ?? []
  const source = filled ?? expression
  if (source === id || !queries.some(({ Id }) => Id === source)) throw new NotEvaluated(expression)
  const values = valuesOf(source, queries, read)
  // A series without any data is no series: there is nothing to fill.
  if (filler === undefined || values.every(value => value === null)) return values
  return values.map((value, index) => value ?? (filler === 'REPEAT' ? lastBefore(values, index) : +filler))
}

const lastBefore = (values: readonly (number | null)[], index: number): number | null =>
  values.slice(0, index).findLast(value => value !== null) ?? null
