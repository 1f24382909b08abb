import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { bucketOf } from './datum.ts'
import {
  addDatum,
  keyOf,
  periodsOf,
  type Series,
  seriesTable,
  sortedDimensions,
  statistic,
} from './series.ts'

const WEEKS_2_MS = 14 * 86_400_000
const HOURS_3_MS = 3 * 3_600_000

export const metrics = {
  /** All data or none. */
  PutMetricData: ({ Namespace = '', MetricData = [], EntityMetricData = [] }, call) => {
    if (!/^[^:][\x20-\x7e]{0,254}$/.test(Namespace))
      throw wrong(`The value ${Namespace} for parameter Namespace is invalid.`)
    const data = [...MetricData, ...EntityMetricData.flatMap(entity => entity.MetricData ?? [])]
    if (data.length > 1000) throw wrong('The collection MetricData must not have a size greater than 1000.')
    const buckets = data.map(datum => ({ datum, bucket: bucketOf(datum, call.now) }))
    for (const { datum, bucket } of buckets) {
      const dimensions = sortedDimensions(datum.Dimensions)
      addDatum(call, { namespace: Namespace, name: datum.MetricName ?? '', dimensions }, bucket)
    }
    return {}
  },

  GetMetricStatistics: (input, call) => {
    const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])]
    if (names.length === 0)
      throw new AwsError(
        'InvalidParameterCombination',
        'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
      )
    const [from, until] = spanOf(input.StartTime, input.EndTime)
    const periodSeconds = periodOf(input.Period)
    if ((until - from) / 1000 / periodSeconds > 1440)
      throw new AwsError(
        'InvalidParameterCombination',
        `You have requested up to ${Math.ceil((until - from) / 1000 / periodSeconds)} datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      )
    const key = keyOf(input.Namespace ?? '', input.MetricName ?? '', sortedDimensions(input.Dimensions))
    const periods = periodsOf(call, key, { from, until, periodSeconds, unit: unitOf(input.Unit) })
    return {
      Label: input.MetricName,
      Datapoints: periods.map(bucket => ({
        Timestamp: new Date(bucket.at),
        Unit: (bucket.unit ?? 'None') as CloudWatch.StandardUnit,
        ...Object.fromEntries(names.map(name => [name, valued(statistic(bucket, name), name)])),
      })),
    }
  },

  GetMetricData: (input, call) => {
    const [from, until] = spanOf(input.StartTime, input.EndTime)
    const queries = input.MetricDataQueries ?? []
    const results = queries
      .filter(({ ReturnData = true }) => ReturnData)
      .map(query => resultOf(call, query, from, until, input.ScanBy !== 'TimestampAscending'))
    return { MetricDataResults: results, Messages: [] }
  },

  /** Only what was seen in the last two weeks; `RecentlyActive` narrows that to three hours. */
  ListMetrics: ({ Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken }, call) => {
    const since = call.now - (RecentlyActive === undefined ? WEEKS_2_MS : HOURS_3_MS)
    const found = seriesTable(call)
      .values()
      .filter(
        series =>
          series.seenAt >= since &&
          (Namespace === undefined || series.namespace === Namespace) &&
          (MetricName === undefined || series.name === MetricName) &&
          Dimensions.every(({ Name, Value }) =>
            series.dimensions.some(
              ({ name, value }) => name === Name && (Value === undefined || value === Value),
            ),
          ),
      )
    const { items, next } = page(found, seriesKey, { token: NextToken, size: 500 })
    return {
      Metrics: items.map(series => ({
        Namespace: series.namespace,
        MetricName: series.name,
        Dimensions: series.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      })),
      NextToken: next,
    }
  },
} satisfies Service<typeof CloudWatch>

const wrong = (message: string): AwsError => new AwsError('InvalidParameterValueException', message)

const seriesKey = ({ namespace, name, dimensions }: Series): string => keyOf(namespace, name, dimensions)

const unitOf = (unit: string | undefined): string | null =>
  unit === undefined || unit === 'None' ? null : unit

const spanOf = (start: Date | undefined, end: Date | undefined): [number, number] => {
  const [from, until] = [start?.getTime() ?? 0, end?.getTime() ?? 0]
  if (from >= until)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.')
  return [from, until]
}

const periodOf = (seconds = 0): number => {
  if (![1, 5, 10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0))
    throw wrong('Period must be 1, 5, 10, 20, 30 or a multiple of 60.')
  return seconds
}

const valued = (value: number | undefined, name: string): number => {
  if (value === undefined)
    throw wrong(`The embedded AWS keeps sums, not single values: it has no statistic ${name}.`)
  return value
}

const resultOf = (
  call: Call,
  query: CloudWatch.MetricDataQuery,
  from: number,
  until: number,
  newestFirst: boolean,
): CloudWatch.MetricDataResult => {
  const { Id, Label, MetricStat } = query
  if (!MetricStat)
    throw new AwsError(
      'ValidationError',
      `The embedded AWS does not compute expressions: ${query.Expression}`,
    )
  const { Metric, Period, Stat = '', Unit } = MetricStat
  const key = keyOf(Metric?.Namespace ?? '', Metric?.MetricName ?? '', sortedDimensions(Metric?.Dimensions))
  const periods = periodsOf(call, key, { from, until, periodSeconds: periodOf(Period), unit: unitOf(Unit) })
  if (newestFirst) periods.reverse()
  return {
    Id,
    Label: Label ?? Metric?.MetricName,
    Timestamps: periods.map(({ at }) => new Date(at)),
    Values: periods.map(bucket => valued(statistic(bucket, Stat), Stat)),
    StatusCode: 'Complete',
  }
}
