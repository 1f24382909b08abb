import type { Lookup, Outputs } from '../resource.ts'
import { zoneId } from './kit/hostedZones.ts'

/** A lookup: the public Route 53 zone of a domain; storyarch never makes or removes one. */
export interface HostedZoneQuery {
  /** A domain name, or the zone's id. */
  zone: string
}

export interface HostedZoneOut extends Outputs {
  /** Without `/hostedzone/`. */
  id: string
}

export const hostedZone: Lookup<HostedZoneQuery, HostedZoneOut> = {
  kind: 'hostedZone',
  permissions: { read: ['route53:ListHostedZonesByName'] },
  find: async (aws, { zone }) => ({ id: await zoneId(aws, zone) }),
}
