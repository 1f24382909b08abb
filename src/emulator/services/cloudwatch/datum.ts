import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../service.ts'
import type { Bucket } from './series.ts'

const WEEKS_2_MS = 14 * 86_400_000
const HOURS_2_MS = 2 * 3_600_000

const wrong = (message: string): never => {
  throw new AwsError('InvalidParameterValueException', message)
}

/** One datum of PutMetricData as a bucket of one second; throws InvalidParameterValueException and its kin. */
export const bucketOf = (datum: MetricDatum, now: number): Bucket => {
  const { MetricName = '', Value, Values, Counts, StatisticValues, Timestamp, StorageResolution = 60 } = datum
  if (MetricName === '' || MetricName.length > 255) wrong('MetricName must be 1 to 255 characters long.')
  if ((datum.Dimensions ?? []).length > 30) wrong('At most 30 dimensions are allowed.')
  if (StorageResolution !== 1 && StorageResolution !== 60) wrong('StorageResolution must be 1 or 60.')
  const told = [Value, Values, StatisticValues].filter(member => member !== undefined)
  if (told.length === 0)
    throw new AwsError(
      'MissingRequiredParameterException',
      'At least one of the parameters must be specified: Value, Values or StatisticValues.',
    )
  if (told.length > 1)
    throw new AwsError(
      'InvalidParameterCombinationException',
      'The parameters Value, Values and StatisticValues are mutually exclusive.',
    )
  const time = Timestamp?.getTime() ?? now
  if (time < now - WEEKS_2_MS || time > now + HOURS_2_MS)
    wrong('The Timestamp must be between two weeks before and two hours after the current time.')
  const resolution = StorageResolution * 1000
  const at = Math.floor(time / resolution) * resolution
  const unit = datum.Unit === undefined || datum.Unit === 'None' ? null : datum.Unit
  if (StatisticValues) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues
    return { at, sum: Sum, count: SampleCount, min: Minimum, max: Maximum, unit }
  }
  const values = Value === undefined ? (Values ?? []) : [Value]
  const counts = Value === undefined ? (Counts ?? values.map(() => 1)) : [1]
  if (values.length === 0 || values.length > 150) wrong('Values must have between 1 and 150 items.')
  if (counts.length !== values.length) wrong('Counts must have as many items as Values.')
  if (values.some(value => !Number.isFinite(value) || Math.abs(value) > 2 ** 360))
    wrong('The value is not supported.')
  return {
    at,
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
    count: counts.reduce((sum, count) => sum + count, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    unit,
  }
}
