import type { Policy } from '../policy.ts'
import type { Outputs } from '../resource.ts'

/** name: the bucket's. A versioned bucket holds data. */
export interface BucketProps {
  region: string
  versioning: boolean
  encryption: { algorithm: 'AES256' }
  publicAccess: 'blocked' | 'open'
  ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  policy: Policy | null
  lifecycle: LifecycleRule[]
}

export interface LifecycleRule {
  id: string
  prefix: string
  expireDays: number | null
  noncurrentDays: number | null
  /** Newest noncurrent versions that stay whatever their age. */
  noncurrentKeep: number | null
  abortUploadsDays: number | null
  expireDeleteMarkers: boolean
}

export interface BucketOut extends Outputs {
  name: string
  arn: string
  /** `<bucket>.s3.<region>.amazonaws.com` */
  domain: string
}
