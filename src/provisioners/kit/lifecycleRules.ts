import type {
  GetBucketLifecycleConfigurationCommandOutput,
  LifecycleRule as S3Rule,
} from '@aws-sdk/client-s3'

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

/**
 * The rule's ID repeats how many versions stay, for an S3 that forgets that number (moto). S3 itself, which signs each
 * answer with an extended request id, is believed when it says nothing.
 */
const NEWEST = /, newest (\d+)$/
const idFor = ({ id, noncurrentKeep }: LifecycleRule): string =>
  noncurrentKeep === null ? id : `${id}, newest ${noncurrentKeep}`

/** Our rules in S3's words; S3 takes no empty blocks. */
export const rulesForS3 = (rules: readonly LifecycleRule[]): S3Rule[] =>
  rules.map(rule => ({
    ID: idFor(rule),
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

const keysBeyond = (held: object | undefined, ...known: string[]): string[] =>
  Object.entries(held ?? {})
    .filter(([key, value]) => !known.includes(key) && value !== undefined && String(value) !== '')
    .map(([key]) => key)

/** What a rule says that we have no words for: a date, a storage class, a tag it is limited to. */
const unsaid = (rule: S3Rule): string[] => [
  ...keysBeyond(
    rule,
    ...['ID', 'Status', 'Prefix', 'Filter', 'Expiration'],
    ...['NoncurrentVersionExpiration', 'AbortIncompleteMultipartUpload'],
  ),
  ...keysBeyond(rule.Filter, 'Prefix', 'And'),
  ...keysBeyond(rule.Filter?.And, 'Prefix'),
  ...keysBeyond(rule.Expiration, 'Days', 'ExpiredObjectDeleteMarker'),
]

/** A rule that is switched off does nothing, so it is not there; one that says more than ours can bears another id. */
export const rulesFromS3 = ({
  Rules = [],
  $metadata,
}: GetBucketLifecycleConfigurationCommandOutput): LifecycleRule[] =>
  Rules.filter(({ Status }) => Status === 'Enabled').map(rule => {
    const { ID = '', Filter, Expiration, NoncurrentVersionExpiration: noncurrent } = rule
    const forgetful = $metadata.extendedRequestId === undefined
    const remembered = forgetful ? Number(NEWEST.exec(ID)?.[1] ?? 0) || null : null
    const more = unsaid(rule)
    const id = ID.replace(NEWEST, '')
    return {
      id: more.length === 0 ? id : `${id} (with ${more.join(', ')})`,
      prefix: Filter?.Prefix ?? Filter?.And?.Prefix ?? rule.Prefix ?? '',
      expireDays: Expiration?.Days ?? null,
      noncurrentDays: noncurrent?.NoncurrentDays ?? null,
      noncurrentKeep: noncurrent?.NewerNoncurrentVersions ?? remembered,
      abortUploadsDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
      expireDeleteMarkers: Expiration?.ExpiredObjectDeleteMarker ?? false,
    }
  })
