import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { UserError } from '../../errors.ts'
import type { Aws } from '../../resource.ts'

const ROUTE53_REGION = 'us-east-1'
const ID = /^Z[A-Z0-9]{8,}$/

export const route53 = (aws: Aws): Route53Client => aws.client(Route53Client, ROUTE53_REGION)

/** A DNS name as we write it: lower case, no trailing dot, `*` unescaped. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '').replace('\\052', '*')

/**
 * The id of the public hosted zone `zone`, a domain name or already an id.
 * Throws UserError when there is none, or more than one: which of them answers is the registrar's choice.
 */
export const zoneId = async (aws: Aws, zone: string): Promise<string> =>
  ID.test(zone) ? zone : idByName(aws, plainName(zone))

/** The ids of the public zones of a name, loaded once until forgotten; none is asked for again. */
const idsOf = async (aws: Aws, name: string): Promise<string[]> => {
  const key = `zones ${name}`
  const ids = await aws.memo(key, async () => {
    // The list starts at the name; it goes on with others.
    const { HostedZones = [] } = await route53(aws).send(new ListHostedZonesByNameCommand({ DNSName: name }))
    return HostedZones.filter(
      ({ Name = '', Config }) => plainName(Name) === name && Config?.PrivateZone !== true,
    ).map(({ Id = '' }) => Id.replace('/hostedzone/', ''))
  })
  if (ids.length === 0) aws.forget(key)
  return ids
}

const idByName = async (aws: Aws, name: string): Promise<string> => {
  const ids = await idsOf(aws, name)
  const [id] = ids
  if (id === undefined)
    throw new UserError(
      `This account has no public Route 53 hosted zone ${name}.`,
      'Make it (`aws route53 create-hosted-zone`) and point the registrar at its name servers, or name another zone under `dns.zone`.',
    )
  if (ids.length > 1)
    throw new UserError(
      `This account has ${ids.length} public hosted zones ${name}: ${ids.join(', ')}.`,
      'Delete those whose name servers the registrar does not name, or leave `dns` out of the manifest and keep records and certificates yourself.',
    )
  return id
}

/** As `zoneId`, undefined when the zone is gone: with it went all its records. Two of the name are no zone gone. */
export const standingZoneId = async (aws: Aws, zone: string): Promise<string | undefined> =>
  !ID.test(zone) && (await idsOf(aws, plainName(zone))).length === 0 ? undefined : zoneId(aws, zone)

const recordsKey = (id: string): string => `records of zone ${id}`

/** All record sets of a zone, loaded once until forgotten. */
export const recordsOf = (aws: Aws, id: string): Promise<ResourceRecordSet[]> =>
  aws.memo(recordsKey(id), () => loadRecords(aws, id))

export const forgetRecords = (aws: Aws, id: string): void => aws.forget(recordsKey(id))

const loadRecords = async (aws: Aws, HostedZoneId: string): Promise<ResourceRecordSet[]> => {
  const all: ResourceRecordSet[] = []
  let from: {
    StartRecordName?: string
    StartRecordType?: ResourceRecordSet['Type']
    StartRecordIdentifier?: string
  } = {}
  for (;;) {
    const page = await route53(aws).send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from }))
    all.push(...(page.ResourceRecordSets ?? []))
    if (page.IsTruncated !== true) return all
    from = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    }
  }
}
