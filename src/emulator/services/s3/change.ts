import type { Call } from '../../service.ts'
import { type Aimed, type Bucket, bucketAt, buckets } from './state.ts'

/** One sub-resource replaced. */
export const change = (input: Aimed, call: Call, part: Partial<Bucket>): Record<string, never> => {
  const bucket = bucketAt(input, call)
  buckets(call).set(bucket.name, { ...bucket, ...part })
  return {}
}
