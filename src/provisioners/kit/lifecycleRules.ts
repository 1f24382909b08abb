import type { LifecycleRule as S3Rule } from '@aws-sdk/client-s3'

export interface LifecycleRule {
  id: string
  prefix: string
  /** Not together with `expireDeleteMarkers`: S3 refuses both in one rule. */
  expireDays: number | null
  noncurrentDays: number | null
  /** Newest noncurrent versions that stay whatever their age. */
  noncurrentKeep: number | null
  abortUploadsDays: number | null
  expireDeleteMarkers: boolean
}

/** Our rules in S3's words; S3 takes no empty blocks. */
export const rulesForS3 = (rules: readonly LifecycleRule[]): S3Rule[] =>
  rules.map(rule => ({
    ID: rule.id,
    Status: 'Enabled',
    Filter: { Prefix: rule.prefix },
    Expiration:
      rule.expireDays !== null
        ? { Days: rule.expireDays }
        : rule.expireDeleteMarkers
          ? { ExpiredObjectDeleteMarker: true }
          : undefined,
    NoncurrentVersionExpiration:
      rule.noncurrentDays === null
        ? undefined
        : {
            NoncurrentDays: rule.noncurrentDays,
            NewerNoncurrentVersions: rule.noncurrentKeep ?? undefined,
          },
    AbortIncompleteMultipartUpload:
      rule.abortUploadsDays === null ? undefined : { DaysAfterInitiation: rule.abortUploadsDays },
  }))

/** A rule that is switched off does nothing, so it is not there. */
export const rulesFromS3 = (rules: readonly S3Rule[]): LifecycleRule[] =>
  rules
    .filter(({ Status }) => Status === 'Enabled')
    .map(rule => ({
      id: rule.ID ?? '',
      prefix: rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? rule.Prefix ?? '',
      expireDays: rule.Expiration?.Days ?? null,
      noncurrentDays: rule.NoncurrentVersionExpiration?.NoncurrentDays ?? null,
      noncurrentKeep: rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? null,
      abortUploadsDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
      expireDeleteMarkers: rule.Expiration?.ExpiredObjectDeleteMarker ?? false,
    }))
