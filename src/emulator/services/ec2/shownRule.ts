import type { SecurityGroupRule } from '@aws-sdk/client-ec2'
import type { Call } from '../../service.ts'
import type { Rule, RuleWish } from './securityGroup.ts'
import { arnOf, tagListOf } from './tags.ts'

/** A rule as EC2 words it when it stands already. */
export const worded = (rule: RuleWish): string => {
  const peer = rule.cidr4 ?? rule.cidr6 ?? rule.peerGroup ?? rule.prefixList
  return rule.protocol === '-1'
    ? `peer: ${peer}, ALL, ALLOW`
    : `peer: ${peer}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW`
}

/** A rule as it is described. */
export const shownRule = (call: Call, rule: Rule): SecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: arnOf(call, rule.id),
  GroupId: rule.groupId,
  GroupOwnerId: call.account,
  IsEgress: rule.egress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  CidrIpv4: rule.cidr4 ?? undefined,
  CidrIpv6: rule.cidr6 ?? undefined,
  PrefixListId: rule.prefixList ?? undefined,
  ReferencedGroupInfo:
    rule.peerGroup === null ? undefined : { GroupId: rule.peerGroup, UserId: call.account },
  Description: rule.description ?? undefined,
  Tags: tagListOf(call, rule.id),
})
