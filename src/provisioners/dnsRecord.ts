import type { Outputs } from '../resource.ts'

/** name: `<fqdn>@<zone>`, without trailing dots. Ownership is a TXT record `_storyarch.<fqdn>` holding the tags. */
export interface DnsRecordProps {
  /** A and, where `ipv6`, AAAA alias to the target. */
  alias: { target: string; targetZone: string; ipv6: boolean }
}

export interface DnsRecordOut extends Outputs {
  fqdn: string
}
