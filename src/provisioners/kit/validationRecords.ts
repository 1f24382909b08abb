import type { CertificateDetail } from '@aws-sdk/client-acm'
import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import type { Aws } from '../../resource.ts'
import { forgetRecords, plainName, recordsOf, route53, standingZoneId, zoneId } from './hostedZones.ts'

const TTL_SECONDS = 300

/** The CNAMEs ACM asks for, each once; undefined while ACM has not named all of them. */
export const validationRecords = (detail: CertificateDetail): ResourceRecordSet[] | undefined => {
  const asked = (detail.DomainValidationOptions ?? []).map(({ ResourceRecord }) => ResourceRecord)
  if (asked.length === 0 || asked.includes(undefined)) return undefined
  const byName = new Map(asked.map(record => [plainName(record?.Name ?? ''), record?.Value ?? '']))
  return [...byName].map(([Name, Value]) => ({
    Name,
    Type: 'CNAME',
    TTL: TTL_SECONDS,
    ResourceRecords: [{ Value }],
  }))
}

const targetOf = (record: ResourceRecordSet | undefined): string =>
  plainName(record?.ResourceRecords?.[0]?.Value ?? '')

/** Those of `records` that stand in `zone`, as they stand there. */
const standing = async (
  aws: Aws,
  zone: string,
  records: readonly ResourceRecordSet[],
): Promise<ResourceRecordSet[]> => {
  const id = await standingZoneId(aws, zone)
  const held = id === undefined ? [] : await recordsOf(aws, id)
  return records.flatMap(
    ({ Name, ...rest }) =>
      held.find(
        record =>
          record.Type === 'CNAME' &&
          plainName(record.Name ?? '') === Name &&
          targetOf(record) === targetOf({ Name, ...rest }),
      ) ?? [],
  )
}

/** Whether ACM finds all it asked for in `zone`: it looks again at each renewal. */
export const validationStands = async (
  aws: Aws,
  zone: string,
  detail: CertificateDetail,
): Promise<boolean> => {
  const records = validationRecords(detail)
  return records !== undefined && (await standing(aws, zone, records)).length === records.length
}

export const putValidation = (aws: Aws, zone: string, records: readonly ResourceRecordSet[]): Promise<void> =>
  change(aws, zone, 'UPSERT', records)

export const dropValidation = async (
  aws: Aws,
  zone: string,
  records: readonly ResourceRecordSet[],
): Promise<void> => {
  const id = await standingZoneId(aws, zone)
  if (id === undefined) return
  forgetRecords(aws, id)
  const doomed = await standing(aws, zone, records)
  if (doomed.length > 0) await change(aws, zone, 'DELETE', doomed)
}

const change = async (
  aws: Aws,
  zone: string,
  Action: ChangeAction,
  records: readonly ResourceRecordSet[],
): Promise<void> => {
  const HostedZoneId = await zoneId(aws, zone)
  const Changes = records.map(ResourceRecordSet => ({ Action, ResourceRecordSet }))
  await route53(aws).send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }))
}
