import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'
import { defaultVpc, groupAsked, groupNamed } from './askedGroup.ts'
import { type Fields, filtered } from './filter.ts'
import { liveInterfaces } from './interface.ts'
import { vpcOf, withDefaults } from './network.ts'
import { ipPermissions } from './permission.ts'
import {
  groupTable,
  layGroup,
  rulesOf,
  ruleTable,
  type SecurityGroup,
  securityGroupOf,
} from './securityGroup.ts'
import { arnOf, specifiedTags, tagListOf, tagsOfId } from './tags.ts'

const TEXT = /^[\w. \-:/()#,@[\]+=&;{}!$*]{1,255}$/

export const securityGroups = {
  CreateSecurityGroup: ({ GroupName = '', Description = '', VpcId, TagSpecifications }, call) => {
    withDefaults(call)
    const vpcId = VpcId === undefined ? defaultVpc(call) : vpcOf(call, VpcId).id
    if (!TEXT.test(GroupName) || GroupName.startsWith('sg-'))
      throw new AwsError('InvalidParameterValue', `Value (${GroupName}) for parameter GroupName is invalid.`)
    if (!TEXT.test(Description))
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${Description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
      )
    const taken = groupTable(call)
      .values()
      .some(group => group.vpcId === vpcId && group.name === GroupName)
    if (taken)
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${GroupName}' already exists for VPC '${vpcId}'`,
      )
    const tags = specifiedTags(TagSpecifications, 'security-group')
    const group = layGroup(call, { vpcId, name: GroupName, description: Description, tags })
    return { GroupId: group.id, Tags: tagListOf(call, group.id), SecurityGroupArn: arnOf(call, group.id) }
  },

  DescribeSecurityGroups: ({ GroupIds, GroupNames, Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const named = GroupNames?.map(name => groupNamed(call, name))
    const asked = [...(GroupIds ?? []).map(id => securityGroupOf(call, id)), ...(named ?? [])]
    const rows = asked.length > 0 ? asked : groupTable(call).values()
    const found = filtered(rows, Filters, fieldsOf(call), ({ id }) => tagsOfId(call, id))
    const { items, next } = page(found, ({ id }) => id, { token: NextToken, size: MaxResults ?? 1000 })
    return { SecurityGroups: items.map(group => shown(call, group)), NextToken: next }
  },

  DeleteSecurityGroup: ({ GroupId, GroupName }, call) => {
    withDefaults(call)
    const group = groupAsked(call, { GroupId, GroupName })
    if (group.name === 'default')
      throw new AwsError(
        'CannotDelete',
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      )
    const attached = liveInterfaces(call).some(({ groups }) => groups.includes(group.id))
    const referenced = ruleTable(call)
      .values()
      .some(rule => rule.peerGroup === group.id && rule.groupId !== group.id)
    if (attached || referenced)
      throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`)
    for (const rule of rulesOf(call, group.id)) {
      ruleTable(call).delete(rule.id)
      forgetTags(call, arnOf(call, rule.id))
    }
    groupTable(call).delete(group.id)
    forgetTags(call, arnOf(call, group.id))
    return { Return: true, GroupId: group.id }
  },
} satisfies Service<typeof EC2>

const fieldsOf = (call: Call): Fields<SecurityGroup> => {
  const side = (egress: boolean) => (row: SecurityGroup) =>
    rulesOf(call, row.id).filter(rule => rule.egress === egress)
  return {
    description: row => [row.description],
    'group-id': row => [row.id],
    'group-name': row => [row.name],
    'owner-id': () => [call.account],
    'vpc-id': row => [row.vpcId],
    'ip-permission.cidr': row => side(false)(row).map(rule => rule.cidr4),
    'ip-permission.ipv6-cidr': row => side(false)(row).map(rule => rule.cidr6),
    'ip-permission.from-port': row => side(false)(row).map(rule => String(rule.fromPort)),
    'ip-permission.to-port': row => side(false)(row).map(rule => String(rule.toPort)),
    'ip-permission.protocol': row => side(false)(row).map(rule => rule.protocol),
    'ip-permission.group-id': row => side(false)(row).map(rule => rule.peerGroup),
    'egress.ip-permission.cidr': row => side(true)(row).map(rule => rule.cidr4),
    'egress.ip-permission.ipv6-cidr': row => side(true)(row).map(rule => rule.cidr6),
    'egress.ip-permission.from-port': row => side(true)(row).map(rule => String(rule.fromPort)),
    'egress.ip-permission.to-port': row => side(true)(row).map(rule => String(rule.toPort)),
    'egress.ip-permission.protocol': row => side(true)(row).map(rule => rule.protocol),
    'egress.ip-permission.group-id': row => side(true)(row).map(rule => rule.peerGroup),
  }
}

const shown = (call: Call, group: SecurityGroup): EC2.SecurityGroup => {
  const rules = rulesOf(call, group.id)
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: call.account,
    SecurityGroupArn: arnOf(call, group.id),
    IpPermissions: ipPermissions(
      rules.filter(({ egress }) => !egress),
      call.account,
    ),
    IpPermissionsEgress: ipPermissions(
      rules.filter(({ egress }) => egress),
      call.account,
    ),
    Tags: tagListOf(call, group.id),
  }
}
