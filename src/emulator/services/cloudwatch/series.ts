import type { Dimension } from '@aws-sdk/client-cloudwatch'
import type { Call, Table } from '../../service.ts'

/** A row of `series`, keyed by `keyOf`: one metric with one set of dimensions. */
export interface Series {
  namespace: string
  name: string
  dimensions: { name: string; value: string }[]
  /** Epoch milliseconds of the newest datum's arrival. */
  seenAt: number
}

/** Everything published for one second; `unit` null is any unit. */
export interface Bucket {
  at: number
  sum: number
  count: number
  min: number
  max: number
  unit: string | null
}

const HOUR_MS = 3_600_000
/** AWS keeps one-minute data for 15 days; here that is the longest anything is kept. */
const KEPT_MS = 15 * 24 * HOUR_MS

export const seriesTable = (call: Call): Table<Series> =>
  call.table<Series>('series', { service: 'cloudwatch' })

/** Buckets of one hour of a series, so that a ping a minute rewrites little. Key: series key and hour. */
const hours = (call: Call): Table<Bucket[]> => call.table<Bucket[]>('hours', { service: 'cloudwatch' })

export const sortedDimensions = (list: readonly Dimension[] = []): Series['dimensions'] =>
  list
    .map(({ Name = '', Value = '' }) => ({ name: Name, value: Value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

export const keyOf = (namespace: string, name: string, dimensions: Series['dimensions']): string =>
  JSON.stringify([namespace, name, ...dimensions.map(dimension => [dimension.name, dimension.value])])

export const addDatum = (call: Call, of: Omit<Series, 'seenAt'>, datum: Bucket): void => {
  const key = keyOf(of.namespace, of.name, of.dimensions)
  seriesTable(call).set(key, { ...of, seenAt: call.now })
  const hour = hourKey(key, datum.at)
  const held = hours(call).get(hour)
  if (!held) dropOld(call, key)
  hours(call).set(hour, merged(held ?? [], datum))
}

const hourKey = (key: string, at: number): string => `${key} ${Math.floor(at / HOUR_MS)}`

/** Looked at once an hour and series. */
const dropOld = (call: Call, key: string): void => {
  const first = Math.floor((call.now - KEPT_MS) / HOUR_MS)
  for (const [hour] of hours(call).entries())
    if (hour.startsWith(`${key} `) && Number(hour.slice(key.length + 1)) < first) hours(call).delete(hour)
}

const merged = (buckets: readonly Bucket[], datum: Bucket): Bucket[] => {
  const same = buckets.find(({ at, unit }) => at === datum.at && unit === datum.unit)
  if (!same) return [...buckets, datum].sort((a, b) => a.at - b.at)
  return buckets.map(bucket => (bucket === same ? joined([bucket, datum], datum.at) : bucket))
}

/** Several buckets as one; of at least one. */
export const joined = (buckets: readonly Bucket[], at: number): Bucket => ({
  at,
  sum: buckets.reduce((total, { sum }) => total + sum, 0),
  count: buckets.reduce((total, { count }) => total + count, 0),
  min: Math.min(...buckets.map(({ min }) => min)),
  max: Math.max(...buckets.map(({ max }) => max)),
  unit: buckets[0]?.unit ?? null,
})

/**
 * The series in periods that begin at multiples of `periodSeconds`, from `from` up to but without `until` (epoch
 * milliseconds); a period without data is not there.
 */
export const periodsOf = (
  call: Call,
  key: string,
  of: { from: number; until: number; periodSeconds: number; unit: string | null },
): Bucket[] => {
  const period = of.periodSeconds * 1000
  const start = Math.floor(of.from / period) * period
  const first = Math.max(Math.floor(start / HOUR_MS), Math.floor((call.now - KEPT_MS) / HOUR_MS))
  const last = Math.floor(Math.min(of.until, call.now + 2 * HOUR_MS) / HOUR_MS)
  const buckets: Bucket[] = []
  for (let hour = first; hour <= last; hour += 1)
    for (const bucket of hours(call).get(`${key} ${hour}`) ?? [])
      if (bucket.at >= start && bucket.at < of.until && (of.unit === null || bucket.unit === of.unit))
        buckets.push(bucket)
  const groups = Map.groupBy(buckets, ({ at }) => Math.floor(at / period) * period)
  return [...groups].map(([at, group]) => joined(group, at)).sort((a, b) => a.at - b.at)
}

/** One number out of a bucket; undefined for a statistic that needs the single values (percentiles). */
export const statistic = (bucket: Bucket, name: string): number | undefined => {
  if (name === 'Sum') return bucket.sum
  if (name === 'Average') return bucket.sum / bucket.count
  if (name === 'Minimum') return bucket.min
  if (name === 'Maximum') return bucket.max
  return name === 'SampleCount' ? bucket.count : undefined
}
