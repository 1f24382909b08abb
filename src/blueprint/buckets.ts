import type { Statement } from '../policy.ts'
import type { BucketProps } from '../provisioners/bucket.ts'

/** What every bucket of ours is: encrypted, closed to the public, without ACLs, free of half-done uploads. */
export const bucketOf = (region: string): Omit<BucketProps, 'versioning' | 'policy'> => ({
  region,
  encryption: { algorithm: 'AES256' },
  publicAccess: 'blocked',
  ownership: 'BucketOwnerEnforced',
  lifecycle: [{ ...RULE, id: 'abort-uploads', abortUploadsDays: 7 }],
})

/** A lifecycle rule over the whole bucket that does nothing yet. */
export const RULE: BucketProps['lifecycle'][number] = {
  id: '',
  prefix: '',
  expireDays: null,
  noncurrentDays: null,
  noncurrentKeep: null,
  abortUploadsDays: null,
  expireDeleteMarkers: false,
}

export const httpsOnly = (bucketArn: string): Statement => ({
  Sid: 'DenyPlainHttp',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:*'],
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
})
