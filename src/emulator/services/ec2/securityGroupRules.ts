import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { groupAsked } from './askedGroup.ts'
import { type Fields, filtered } from './filter.ts'
import { withDefaults } from './network.ts'
import { type Permitted, ruleWishes } from './permission.ts'
import { layRule, type Rule, type RuleWish, rulesOf, ruleTable, sameRule } from './securityGroup.ts'
import { shownRule, worded } from './shownRule.ts'
import { arnOf, specifiedTags, tagsOfId } from './tags.ts'

/** Quota "Inbound or outbound rules per security group". */
const RULES_A_SIDE = 60

export const securityGroupRules = {
  AuthorizeSecurityGroupIngress: (input, call) => authorized(call, input, false),
  AuthorizeSecurityGroupEgress: (input, call) => authorized(call, input, true),
  RevokeSecurityGroupIngress: (input, call) => revoked(call, input, false),
  RevokeSecurityGroupEgress: (input, call) => revoked(call, input, true),
  UpdateSecurityGroupRuleDescriptionsIngress: (input, call) => described(call, input, false),
  UpdateSecurityGroupRuleDescriptionsEgress: (input, call) => described(call, input, true),

  DescribeSecurityGroupRules: ({ SecurityGroupRuleIds, Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const rows = SecurityGroupRuleIds?.length
      ? SecurityGroupRuleIds.map(id => ruleOf(call, id))
      : ruleTable(call).values()
    const found = filtered(rows, Filters, FIELDS, ({ id }) => tagsOfId(call, id))
    const { items, next } = page(found, ({ id }) => id, { token: NextToken, size: MaxResults ?? 1000 })
    return { SecurityGroupRules: items.map(rule => shownRule(call, rule)), NextToken: next }
  },
} satisfies Service<typeof EC2>

const FIELDS: Fields<Rule> = {
  'group-id': rule => [rule.groupId],
  'security-group-rule-id': rule => [rule.id],
}

const ruleOf = (call: Call, id: string): Rule => {
  const rule = ruleTable(call).get(id)
  if (!rule)
    throw new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${id}' does not exist`,
    )
  return rule
}

type Authorizing = Permitted & {
  GroupId?: string | undefined
  GroupName?: string | undefined
  TagSpecifications?: EC2.TagSpecification[] | undefined
}

/** All of them or none. */
const authorized = (call: Call, input: Authorizing, egress: boolean) => {
  withDefaults(call)
  const group = groupAsked(call, input)
  const wishes = ruleWishes(call, input)
  const tags = specifiedTags(input.TagSpecifications, 'security-group-rule')
  const held = rulesOf(call, group.id).filter(rule => rule.egress === egress)
  const twice = wishes.find(
    (wish, index) =>
      held.some(rule => sameRule(rule, wish)) ||
      wishes.some((other, place) => place < index && sameRule(other, wish)),
  )
  if (twice)
    throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${worded(twice)}" already exists`)
  if (held.length + wishes.length > RULES_A_SIDE)
    throw new AwsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
  const rules = wishes.map(wish => {
    const rule = layRule(call, group.id, egress, wish)
    putTags(call, arnOf(call, rule.id), tags)
    return rule
  })
  return { Return: true, SecurityGroupRules: rules.map(rule => shownRule(call, rule)) }
}

type Revoking = Permitted & {
  GroupId?: string | undefined
  GroupName?: string | undefined
  SecurityGroupRuleIds?: string[] | undefined
}

const revoked = (call: Call, input: Revoking, egress: boolean) => {
  withDefaults(call)
  const group = groupAsked(call, input)
  const held = rulesOf(call, group.id).filter(rule => rule.egress === egress)
  const gone = input.SecurityGroupRuleIds?.length
    ? input.SecurityGroupRuleIds.map(id => ruleOf(call, id)).filter(rule =>
        held.some(({ id }) => id === rule.id),
      )
    : ruleWishes(call, input).map(wish => matching(held, wish))
  for (const rule of gone) {
    ruleTable(call).delete(rule.id)
    forgetTags(call, arnOf(call, rule.id))
  }
  return {
    Return: true,
    RevokedSecurityGroupRules: gone.map(rule => ({
      SecurityGroupRuleId: rule.id,
      GroupId: group.id,
      IsEgress: egress,
      IpProtocol: rule.protocol,
      FromPort: rule.fromPort,
      ToPort: rule.toPort,
      CidrIpv4: rule.cidr4 ?? undefined,
      CidrIpv6: rule.cidr6 ?? undefined,
      ReferencedGroupId: rule.peerGroup ?? undefined,
      PrefixListId: rule.prefixList ?? undefined,
      Description: rule.description ?? undefined,
    })),
  }
}

type Describing = Permitted & {
  GroupId?: string | undefined
  GroupName?: string | undefined
  SecurityGroupRuleDescriptions?: EC2.SecurityGroupRuleDescription[] | undefined
}

const described = (call: Call, input: Describing, egress: boolean) => {
  withDefaults(call)
  const group = groupAsked(call, input)
  const held = rulesOf(call, group.id).filter(rule => rule.egress === egress)
  const told = input.SecurityGroupRuleDescriptions
    ? input.SecurityGroupRuleDescriptions.map(({ SecurityGroupRuleId = '', Description }) => ({
        ...ruleOf(call, SecurityGroupRuleId),
        description: Description || null,
      }))
    : ruleWishes(call, input).map(wish => ({ ...matching(held, wish), description: wish.description }))
  for (const rule of told) ruleTable(call).set(rule.id, rule)
  return { Return: true }
}

const matching = (held: readonly Rule[], wish: RuleWish): Rule => {
  const rule = held.find(candidate => sameRule(candidate, wish))
  if (!rule)
    throw new AwsError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    )
  return rule
}
