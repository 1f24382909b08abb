import type { IpPermission } from '@aws-sdk/client-ec2'
import { AwsError, type Call } from '../../service.ts'
import { canonicalCidr4, canonicalCidr6 } from './cidr.ts'
import { type Rule, type RuleWish, securityGroupOf } from './securityGroup.ts'

/** Both ways a call may say what it permits: a list, or one permission spelt flat. */
export interface Permitted {
  IpPermissions?: IpPermission[] | undefined
  IpProtocol?: string | undefined
  FromPort?: number | undefined
  ToPort?: number | undefined
  CidrIp?: string | undefined
}

const NUMBERS: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', all: '-1' }

/** One wish per peer, canonical; throws InvalidParameterValue, MissingParameter, InvalidGroup.NotFound. */
export const ruleWishes = (call: Call, input: Permitted): RuleWish[] => {
  const flat = input.IpProtocol === undefined ? [] : [flatPermission(input)]
  const permissions = [...(input.IpPermissions ?? []), ...flat]
  if (permissions.length === 0)
    throw new AwsError(
      'MissingParameter',
      'Either "ipPermissions" or "securityGroupRuleIds" should be provided.',
    )
  return permissions.flatMap(permission => wishesOf(call, permission))
}

const flatPermission = (input: Permitted): IpPermission => ({
  IpProtocol: input.IpProtocol,
  FromPort: input.FromPort,
  ToPort: input.ToPort,
  IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
})

const wishesOf = (call: Call, permission: IpPermission): RuleWish[] => {
  const span = spanOf(permission)
  const wish = (description: string | undefined, peer: Partial<RuleWish>): RuleWish => ({
    ...span,
    cidr4: null,
    cidr6: null,
    peerGroup: null,
    prefixList: null,
    description: describedBy(description),
    ...peer,
  })
  const wishes = [
    ...(permission.IpRanges ?? []).map(({ CidrIp = '', Description }) =>
      wish(Description, { cidr4: canonicalCidr4(CidrIp) }),
    ),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) =>
      wish(Description, { cidr6: canonicalCidr6(CidrIpv6) }),
    ),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId = '', Description }) =>
      wish(Description, { peerGroup: securityGroupOf(call, GroupId).id }),
    ),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) =>
      wish(Description, { prefixList: PrefixListId }),
    ),
  ]
  if (wishes.length === 0)
    throw new AwsError('InvalidParameterValue', 'The permission names no source or destination.')
  return wishes
}

const spanOf = ({
  IpProtocol = '',
  FromPort,
  ToPort,
}: IpPermission): Pick<RuleWish, 'protocol' | 'fromPort' | 'toPort'> => {
  const named = IpProtocol.toLowerCase()
  const protocol = NUMBERS[named] ?? named
  if (protocol === '-1') return { protocol, fromPort: -1, toPort: -1 }
  if (!/^(tcp|udp|icmp|icmpv6|\d{1,3})$/.test(protocol))
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`,
    )
  if (protocol !== 'tcp' && protocol !== 'udp')
    return { protocol, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 }
  const valid = (port: number | undefined): port is number =>
    port !== undefined && port >= 0 && port <= 65_535
  if (!valid(FromPort) || !valid(ToPort))
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${valid(FromPort) ? ToPort : FromPort}' for portRange. Must specify both from and to ports with TCP/UDP.`,
    )
  if (FromPort > ToPort)
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort})`)
  return { protocol, fromPort: FromPort, toPort: ToPort }
}

const describedBy = (text: string | undefined): string | null => {
  if (text !== undefined && !/^[\w. \-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(text))
    throw new AwsError(
      'InvalidParameterValue',
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    )
  return text || null
}

/** Rules as `IpPermissions`: one entry for each protocol and port range, which lists its peers. */
export const ipPermissions = (rules: readonly Rule[], account: string): IpPermission[] => {
  const spans = Map.groupBy(rules, rule => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`)
  return [...spans.values()].flatMap(peers => {
    const [first] = peers
    if (!first) return []
    const described = (rule: Rule) => (rule.description === null ? {} : { Description: rule.description })
    return [
      {
        IpProtocol: first.protocol,
        ...(first.protocol === '-1' ? {} : { FromPort: first.fromPort, ToPort: first.toPort }),
        IpRanges: peers.flatMap(rule => (rule.cidr4 ? [{ CidrIp: rule.cidr4, ...described(rule) }] : [])),
        Ipv6Ranges: peers.flatMap(rule => (rule.cidr6 ? [{ CidrIpv6: rule.cidr6, ...described(rule) }] : [])),
        UserIdGroupPairs: peers.flatMap(rule =>
          rule.peerGroup ? [{ GroupId: rule.peerGroup, UserId: account, ...described(rule) }] : [],
        ),
        PrefixListIds: peers.flatMap(rule =>
          rule.prefixList ? [{ PrefixListId: rule.prefixList, ...described(rule) }] : [],
        ),
      },
    ]
  })
}
