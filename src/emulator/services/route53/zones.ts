import type * as Route53 from '@aws-sdk/client-route-53'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { byLabels, isDnsName, normalName } from './names.ts'
import {
  freshId,
  invalidInput,
  recordKey,
  records,
  submit,
  type Zone,
  zoneArn,
  zoneAt,
  zones,
} from './state.ts'

export const zoneOperations = {
  CreateHostedZone: (input, call) => {
    const name = normalName(input.Name ?? '')
    if (!isDnsName(input.Name ?? '') || !name.slice(0, -1).includes('.'))
      throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name`, { status: 400 })
    if (!input.CallerReference) throw invalidInput('CallerReference is required')
    if (
      zones(call)
        .values()
        .some(({ reference }) => reference === input.CallerReference)
    )
      throw new AwsError(
        'HostedZoneAlreadyExists',
        `A hosted zone has already been created with the specified caller reference: ${input.CallerReference}`,
        { status: 409 },
      )
    const zone: Zone = {
      id: freshId('Z'),
      name,
      reference: input.CallerReference,
      comment: input.HostedZoneConfig?.Comment ?? null,
      private: input.VPC !== undefined,
      vpc: input.VPC ?? null,
      nameServers: NAME_SERVERS,
    }
    zones(call).set(zone.id, zone)
    putTags(call, zoneArn(zone.id), {})
    for (const set of apexRecords(zone)) records(call, zone).set(recordKey(set), { set, since: call.now })
    return {
      HostedZone: shown(zone, call),
      ChangeInfo: submit(call, undefined),
      DelegationSet: delegation(zone),
      VPC: input.VPC,
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
    }
  },

  GetHostedZone: (input, call) => {
    const zone = zoneAt(input.Id, call)
    return {
      HostedZone: shown(zone, call),
      DelegationSet: zone.private ? undefined : delegation(zone),
      VPCs: zone.vpc ? [zone.vpc as Route53.VPC] : undefined,
    }
  },

  UpdateHostedZoneComment: (input, call) => {
    const zone = { ...zoneAt(input.Id, call), comment: input.Comment ?? null }
    zones(call).set(zone.id, zone)
    return { HostedZone: shown(zone, call) }
  },

  DeleteHostedZone: (input, call) => {
    const zone = zoneAt(input.Id, call)
    const own = apexRecords(zone).map(recordKey)
    const others = records(call, zone)
      .entries()
      .filter(([key]) => !own.includes(key))
    if (others.length > 0)
      throw new AwsError(
        'HostedZoneNotEmpty',
        'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
        { status: 400 },
      )
    for (const key of own) records(call, zone).delete(key)
    zones(call).delete(zone.id)
    forgetTags(call, zoneArn(zone.id))
    return { ChangeInfo: submit(call, undefined) }
  },

  ListHostedZones: (input, call) => {
    const all = zones(call)
      .values()
      .filter(zone => input.HostedZoneType !== 'PrivateHostedZone' || zone.private)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    // A marker is the first zone of the page it asks for.
    const from = all.filter(({ id }) => id >= (input.Marker ?? ''))
    const max = pageSize(input.MaxItems, 100)
    return {
      HostedZones: from.slice(0, max).map(zone => shown(zone, call)),
      Marker: input.Marker ?? '',
      IsTruncated: from.length > max,
      NextMarker: from[max]?.id,
      MaxItems: max,
    }
  },

  /** Starts at the name; zones of other names follow it. */
  ListHostedZonesByName: (input, call) => {
    if (input.HostedZoneId !== undefined && input.DNSName === undefined)
      throw invalidInput('If you include HostedZoneId, you must include DNSName')
    const name = input.DNSName === undefined ? undefined : normalName(input.DNSName)
    const all = zones(call)
      .values()
      .sort((a, b) => byLabels(a.name, b.name) || (a.id < b.id ? -1 : 1))
    const from = all.filter(zone => {
      const order = name === undefined ? 1 : byLabels(zone.name, name)
      return order > 0 || (order === 0 && zone.id >= bare(input.HostedZoneId))
    })
    const max = pageSize(input.MaxItems, 100)
    const next = from[max]
    return {
      HostedZones: from.slice(0, max).map(zone => shown(zone, call)),
      DNSName: input.DNSName,
      HostedZoneId: input.HostedZoneId,
      IsTruncated: next !== undefined,
      NextDNSName: next?.name,
      NextHostedZoneId: next?.id,
      MaxItems: max,
    }
  },
} satisfies Service<typeof Route53>

const bare = (id: string | undefined): string => (id ?? '').replace(/^\/?hostedzone\//, '')

/** MaxItems travels as text in some clients. Throws InvalidInput below one. */
export const pageSize = (asked: number | undefined, most: number): number => {
  const size = Number(asked ?? most)
  if (!Number.isInteger(size) || size < 1) throw invalidInput('MaxItems must be a positive integer')
  return Math.min(size, most)
}

const NAME_SERVERS = [
  'ns-1.awsdns-01.com',
  'ns-2.awsdns-02.net',
  'ns-3.awsdns-03.org',
  'ns-4.awsdns-04.co.uk',
]

/** The two record sets every zone has and keeps. */
const apexRecords = (zone: Zone): Route53.ResourceRecordSet[] => [
  {
    Name: zone.name,
    Type: 'NS',
    TTL: 172_800,
    ResourceRecords: zone.nameServers.map(server => ({ Value: `${server}.` })),
  },
  {
    Name: zone.name,
    Type: 'SOA',
    TTL: 900,
    ResourceRecords: [
      { Value: `${zone.nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` },
    ],
  },
]

const delegation = (zone: Zone) => ({ NameServers: zone.nameServers })

const shown = (zone: Zone, call: Call): Route53.HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.reference,
  Config: { Comment: zone.comment ?? undefined, PrivateZone: zone.private },
  ResourceRecordSetCount: records(call, zone).entries().length,
})
