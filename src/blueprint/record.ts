import type { Manifest } from '../manifest/manifest.ts'
import type { DnsRecordProps } from '../provisioners/dnsRecord.ts'
import type { Desired } from '../resource.ts'
import { wish } from './kit.ts'

/** The alias record of a domain; none where DNS is kept elsewhere. */
export const record = (
  { dns }: Manifest,
  logical: string,
  domain: string,
  alias: DnsRecordProps['alias'],
): Desired[] =>
  dns === null ? [] : [wish<DnsRecordProps>('dnsRecord', logical, `${domain}@${dns.zone}`, { alias })]
