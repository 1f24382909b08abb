import type { IpPermission } from '@aws-sdk/client-ec2'
import { byJson } from './byJson.ts'

export interface SecurityGroupRule {
  /** `tcp`, or `-1` for everything (ports are then -1). */
  protocol: string
  fromPort: number
  toPort: number
  /** An IPv4 or IPv6 range. Read only: the id of a group or prefix list that somebody let in. */
  cidr: string
  description: string
}

/** AWS groups rules by protocol and ports; each peer is one rule here. */
export const rulesIn = (permissions: readonly IpPermission[] = []): SecurityGroupRule[] =>
  byJson(
    permissions.flatMap(({ IpProtocol = '-1', FromPort = -1, ToPort = -1, ...peers }) =>
      [
        ...(peers.IpRanges ?? []).map(({ CidrIp, Description }) => [CidrIp, Description]),
        ...(peers.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => [CidrIpv6, Description]),
        ...(peers.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => [GroupId, Description]),
        ...(peers.PrefixListIds ?? []).map(({ PrefixListId, Description }) => [PrefixListId, Description]),
      ].map(([cidr = '', description = '']) => ({
        protocol: IpProtocol,
        fromPort: FromPort,
        toPort: ToPort,
        cidr,
        description,
      })),
    ),
  )

/** One rule as AWS wants it; a rule is known by all but its description. */
export const permissionFor = (rule: SecurityGroupRule): IpPermission => {
  const { protocol, fromPort, toPort, cidr, description } = rule
  const told = description === '' ? {} : { Description: description }
  const ports = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort }
  if (cidr.startsWith('sg-')) return { ...ports, UserIdGroupPairs: [{ GroupId: cidr, ...told }] }
  if (cidr.startsWith('pl-')) return { ...ports, PrefixListIds: [{ PrefixListId: cidr, ...told }] }
  if (cidr.includes(':')) return { ...ports, Ipv6Ranges: [{ CidrIpv6: cidr, ...told }] }
  return { ...ports, IpRanges: [{ CidrIp: cidr, ...told }] }
}

/** The rules of `some` that are not among `others`. */
export const rulesBeyond = (
  some: readonly SecurityGroupRule[],
  others: readonly SecurityGroupRule[],
): SecurityGroupRule[] => {
  const known = new Set(others.map(rule => JSON.stringify(permissionFor(rule))))
  return some.filter(rule => !known.has(JSON.stringify(permissionFor(rule))))
}
