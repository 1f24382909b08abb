import type { Aws } from './openAws.ts'
import { askQuery } from './wire.ts'

/** One value of a custom metric without dimensions, at the time CloudWatch gets it. */
export interface Datum {
  readonly namespace: string
  readonly name: string
  readonly value: number
  /** 1: kept by the second, for alarms of short periods. */
  readonly resolutionSeconds: 1 | 60
}

const CLOUDWATCH = { name: 'monitoring', version: '2010-08-01' }

/** Publishes one value, by the Query protocol that CloudWatch has always spoken (the SDK sends CBOR). */
export const putMetric = async (
  aws: Aws,
  { namespace, name, value, resolutionSeconds }: Datum,
  signal: AbortSignal,
): Promise<void> => {
  const parameters = {
    Namespace: namespace,
    'MetricData.member.1.MetricName': name,
    'MetricData.member.1.Value': String(value),
    'MetricData.member.1.StorageResolution': String(resolutionSeconds),
  }
  await askQuery(aws, CLOUDWATCH, 'PutMetricData', parameters, signal)
}
