import { AwsError, type Call, type Table } from '../../service.ts'
import { putTags, type TagMap } from '../../tags.ts'
import { newId } from './id.ts'
import { arnOf } from './tags.ts'

/** A row of `securityGroups`, keyed by id. */
export interface SecurityGroup {
  id: string
  vpcId: string
  name: string
  description: string
}

/** A row of `securityGroupRules`, keyed by id. Exactly one of the four peers is set; ports are -1 for every protocol. */
export interface Rule {
  id: string
  groupId: string
  egress: boolean
  protocol: string
  fromPort: number
  toPort: number
  cidr4: string | null
  cidr6: string | null
  peerGroup: string | null
  prefixList: string | null
  description: string | null
}

/** A rule before it stands in a group. */
export type RuleWish = Omit<Rule, 'id' | 'groupId' | 'egress'>

export const groupTable = (call: Call): Table<SecurityGroup> =>
  call.table<SecurityGroup>('securityGroups', { service: 'ec2' })

export const ruleTable = (call: Call): Table<Rule> =>
  call.table<Rule>('securityGroupRules', { service: 'ec2' })

export const rulesOf = (call: Call, groupId: string): Rule[] =>
  ruleTable(call)
    .values()
    .filter(rule => rule.groupId === groupId)

/** Throws InvalidGroupId.Malformed and InvalidGroup.NotFound. */
export const securityGroupOf = (call: Call, id: string): SecurityGroup => {
  if (!/^sg-[0-9a-f]+$/.test(id))
    throw new AwsError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`)
  const group = groupTable(call).get(id)
  if (!group) throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`)
  return group
}

const EVERYTHING: RuleWish = {
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  cidr4: null,
  cidr6: null,
  peerGroup: null,
  prefixList: null,
  description: null,
}

/** Makes a group with the egress rule every new group has. */
export const layGroup = (
  call: Call,
  of: { vpcId: string; name: string; description: string; tags: TagMap },
): SecurityGroup => {
  const { tags, ...rest } = of
  const group = { id: newId('sg'), ...rest }
  groupTable(call).set(group.id, group)
  putTags(call, arnOf(call, group.id), tags)
  layRule(call, group.id, true, { ...EVERYTHING, cidr4: '0.0.0.0/0' })
  return group
}

/** The group `default` of a new VPC: its members may reach each other. */
export const layDefaultGroup = (call: Call, vpcId: string): void => {
  const group = layGroup(call, {
    vpcId,
    name: 'default',
    description: 'default VPC security group',
    tags: {},
  })
  layRule(call, group.id, false, { ...EVERYTHING, peerGroup: group.id })
}

export const layRule = (call: Call, groupId: string, egress: boolean, wish: RuleWish): Rule => {
  const rule = { id: newId('sgr'), groupId, egress, ...wish }
  ruleTable(call).set(rule.id, rule)
  return rule
}

/** What makes two rules of one group the same rule: everything but id and description. */
export const sameRule = (a: RuleWish, b: RuleWish): boolean =>
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  a.cidr4 === b.cidr4 &&
  a.cidr6 === b.cidr6 &&
  a.peerGroup === b.peerGroup &&
  a.prefixList === b.prefixList
