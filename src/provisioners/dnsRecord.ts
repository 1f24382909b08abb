import {
  type Change,
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import type { Aws, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { forgetRecords, plainName, recordsOf, route53, standingZoneId, zoneId } from './kit/hostedZones.ts'
import { ownMark, retagged, tagsInMark } from './kit/ownMark.ts'

/**
 * name: `<fqdn>@<zone>`, without trailing dots; the zone as a domain name or an id. Ownership is a TXT record
 * `_storyarch.<fqdn>` holding storyarch's tags.
 */
export interface DnsRecordProps {
  /** A and, where `ipv6`, AAAA alias to the target. */
  alias: { target: string; targetZone: string; ipv6: boolean }
}

export interface DnsRecordOut extends Outputs {
  fqdn: string
  zone: string
}

type Alias = DnsRecordProps['alias']

const TTL_SECONDS = 300

/** A batch of which some part does not hold. Its old form has no code that the SDK would find. */
const INVALID_BATCH = ['InvalidChangeBatch', 'Unknown']

const MARK = '_storyarch.'
/** A TXT record is made of strings of at most 255 characters. */
const STRINGS = /.{1,255}/g

const split = (name: string): { fqdn: string; zone: string } => {
  const at = name.lastIndexOf('@')
  return { fqdn: name.slice(0, at), zone: name.slice(at + 1) }
}

const aliasRecords = (fqdn: string, { target, targetZone, ipv6 }: Alias): ResourceRecordSet[] =>
  (ipv6 ? (['A', 'AAAA'] as const) : (['A'] as const)).map(Type => ({
    Name: fqdn,
    Type,
    AliasTarget: { DNSName: target, HostedZoneId: targetZone, EvaluateTargetHealth: false },
  }))

const markRecord = (fqdn: string, tags: Tags): ResourceRecordSet => ({
  Name: `${MARK}${fqdn}`,
  Type: 'TXT',
  TTL: TTL_SECONDS,
  ResourceRecords: [{ Value: (ownMark(tags).match(STRINGS) ?? []).map(text => `"${text}"`).join(' ') }],
})

const textIn = (record: ResourceRecordSet | undefined): string =>
  (record?.ResourceRecords?.[0]?.Value ?? '').replaceAll(/" *"/g, '').replaceAll('"', '')

/** The record sets of a zone that bear `fqdn`: what leads somewhere, a CNAME among it, and our mark. */
const recordsAt = async (aws: Aws, zone: string, fqdn: string) => {
  const all = await recordsOf(aws, await zoneId(aws, zone))
  const at = (name: string, ...types: string[]) =>
    all.filter(({ Name = '', Type = '' }) => plainName(Name) === name && types.includes(Type))
  return {
    addresses: at(fqdn, 'A', 'AAAA', 'CNAME'),
    mark: at(`${MARK}${fqdn}`, 'TXT')[0],
  }
}

/** A plain record, which only a stranger can have made, shows its values. */
const targetIn = (record: ResourceRecordSet | undefined): string =>
  plainName(
    record?.AliasTarget?.DNSName ?? (record?.ResourceRecords ?? []).map(({ Value }) => Value).join(', '),
  )

/** Both kinds of address count: where one is missing or leads elsewhere, some visitors do not get to the target. */
const aliasIn = (addresses: readonly ResourceRecordSet[]): Alias => {
  const aaaa = addresses.find(({ Type }) => Type === 'AAAA')
  const first = addresses.find(record => record !== aaaa)
  const targets = [first, ...(aaaa === undefined ? [] : [aaaa])].map(targetIn)
  return {
    target: [...new Set(targets)].join(', '),
    targetZone: first?.AliasTarget?.HostedZoneId ?? '',
    ipv6: aaaa !== undefined,
  }
}

/** As Route 53 writes a name. A promise of another resource's output is not yet a name. */
const small = (target: string): string => (target.startsWith('⟦') ? target : plainName(target))

const apply = async (aws: Aws, zone: string, Changes: Change[]): Promise<void> => {
  const HostedZoneId = await zoneId(aws, zone)
  await route53(aws).send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }))
}

const changes = (Action: Change['Action'], records: readonly ResourceRecordSet[]): Change[] =>
  records.map(ResourceRecordSet => ({ Action, ResourceRecordSet }))

export const dnsRecord: Provisioner<DnsRecordProps, DnsRecordOut> = {
  kind: 'dnsRecord',
  naming: { max: 511, allow: /^[a-z0-9-_.*]+@[A-Za-z0-9-.]+$/ },
  permissions: {
    read: ['route53:ListHostedZonesByName', 'route53:ListResourceRecordSets'],
    write: ['route53:ChangeResourceRecordSets'],
    remove: ['route53:ChangeResourceRecordSets'],
  },
  ownTagsOnly: true,
  settles: { usuallySeconds: 2, atMostSeconds: 300 },
  removeAfter: [],
  hunt: {
    list: async (aws, stack, zones) => {
      const inZone = async (zone: string) => {
        const id = await standingZoneId(aws, zone)
        const records = id === undefined ? [] : await recordsOf(aws, id)
        return records
          .filter(record => tagsInMark(textIn(record))['storyarch:stack'] === stack)
          .map(({ Name = '' }) => `${plainName(Name).replace(MARK, '')}@${zone}`)
      }
      return (await Promise.all(zones.map(inZone))).flat()
    },
  },
  serialKey: name => split(name).zone,
  normal: ({ alias }) => ({ alias: { ...alias, target: small(alias.target) } }),

  async read(aws, name) {
    const { fqdn, zone } = split(name)
    const { addresses, mark } = await recordsAt(aws, zone, fqdn)
    if (addresses.length === 0 && mark === undefined) return undefined
    return {
      props: { alias: aliasIn(addresses) },
      out: { fqdn, zone },
      tags: tagsInMark(textIn(mark)),
      health: 'ready',
    }
  },

  /** CREATE, not UPSERT: a record that somebody made meanwhile is not taken over. One batch, all or nothing. */
  create(aws, name, { alias }, tags) {
    const { fqdn, zone } = split(name)
    return apply(aws, zone, changes('CREATE', [...aliasRecords(fqdn, alias), markRecord(fqdn, tags)]))
  },

  change: {
    async alias(aws, { out }, { alias }) {
      const { addresses } = await recordsAt(aws, out.zone, out.fqdn)
      const wished = aliasRecords(out.fqdn, alias)
      // First: a CNAME leaves no room for an address.
      const dropped = addresses.filter(held => !wished.some(({ Type }) => Type === held.Type))
      await apply(aws, out.zone, [...changes('DELETE', dropped), ...changes('UPSERT', wished)])
    },
  },

  retag: (aws, { out, tags }, put, drop) =>
    apply(aws, out.zone, changes('UPSERT', [markRecord(out.fqdn, retagged(tags, put, drop))])),

  /**
   * Deletes what stands there now, word for word, as Route 53 demands. A CNAME somebody put there instead leads where
   * the name has moved to: it stays, without our mark.
   */
  async remove(aws, { out }) {
    forgetRecords(aws, await zoneId(aws, out.zone))
    const { addresses, mark } = await recordsAt(aws, out.zone, out.fqdn)
    const ours = addresses.filter(({ Type }) => Type !== 'CNAME')
    const doomed = [...ours, ...(mark === undefined ? [] : [mark])]
    if (doomed.length === 0) return
    // Refused where somebody changed one of them meanwhile; whoever looks again sees what is left of them.
    await absentIf(apply(aws, out.zone, changes('DELETE', doomed)), ...INVALID_BATCH)
  },

  price: () => [],
}
