import { randomBytes } from 'node:crypto'
import type { LifecycleRule } from '@aws-sdk/client-s3'
import { AwsError } from '../../service.ts'
import { invalidArgument, malformedXml } from './errors.ts'

const ACTIONS = [
  'Expiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
] as const

/** Rules as S3 keeps them: each with an ID. Throws MalformedXML, InvalidRequest, InvalidArgument. */
export const normalLifecycle = (rules: readonly LifecycleRule[]): LifecycleRule[] => {
  if (rules.length === 0 || rules.length > 1000) throw malformedXml()
  const named = rules.map(rule => ({ ...rule, ID: rule.ID ?? randomBytes(36).toString('base64') }))
  if (new Set(named.map(({ ID }) => ID)).size < named.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule')
  for (const rule of named) checkRule(rule)
  return named
}

const checkRule = (rule: LifecycleRule & { ID: string }): void => {
  const { Expiration, Filter, Status } = rule
  if (rule.ID.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255')
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
  if ((Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml()
  const kinds = Object.values(Filter ?? {}).filter(value => value !== undefined).length
  if (kinds > 1) throw malformedXml()
  if (!ACTIONS.some(action => rule[action] !== undefined))
    throw new AwsError('InvalidRequest', 'At least one action needs to be specified in a rule', {
      status: 400,
    })
  const expiryKinds = [Expiration?.Date, Expiration?.Days, Expiration?.ExpiredObjectDeleteMarker]
  if (Expiration && expiryKinds.filter(value => value !== undefined).length !== 1) throw malformedXml()
  const days = [
    Expiration?.Days,
    rule.NoncurrentVersionExpiration?.NoncurrentDays,
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  ]
  if (days.some(count => count !== undefined && count < 1))
    throw invalidArgument("'Days' for Expiration action must be a positive integer")
  const keep = rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions
  if (keep !== undefined && (keep < 1 || keep > 100))
    throw invalidArgument(
      "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be between 1 and 100",
    )
  if (Filter?.Tag !== undefined && rule.AbortIncompleteMultipartUpload !== undefined)
    throw new AwsError('InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags', {
      status: 400,
    })
}

/** Out of the table dates come as text. */
export const lifecycleShown = (rules: readonly LifecycleRule[]): LifecycleRule[] =>
  rules.map(rule => ({
    ...rule,
    Expiration: rule.Expiration && dated(rule.Expiration),
    Transitions: rule.Transitions?.map(dated),
  }))

const dated = <T extends { Date?: Date | undefined }>(part: T): T =>
  part.Date === undefined ? part : { ...part, Date: new Date(part.Date) }
