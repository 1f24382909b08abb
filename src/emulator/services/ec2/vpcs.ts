import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { canonicalCidr4 } from './cidr.ts'
import { type Fields, filtered } from './filter.ts'
import { liveInterfaces } from './interface.ts'
import {
  gatewayTable,
  layDefaultVpc,
  layVpc,
  routeTableTable,
  subnetTable,
  type Vpc,
  vpcOf,
  vpcTable,
  withDefaults,
} from './network.ts'
import { groupTable, ruleTable } from './securityGroup.ts'
import { arnOf, specifiedTags, tagListOf, tagsOfId } from './tags.ts'

export const vpcs = {
  DescribeVpcs: ({ VpcIds, Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const rows = VpcIds?.length ? VpcIds.map(id => vpcOf(call, id)) : vpcTable(call).values()
    const found = filtered(rows, Filters, fieldsOf(call), ({ id }) => tagsOfId(call, id))
    const { items, next } = page(found, ({ id }) => id, { token: NextToken, size: MaxResults ?? 1000 })
    return { Vpcs: items.map(vpc => shown(call, vpc)), NextToken: next }
  },

  CreateVpc: ({ CidrBlock = '', TagSpecifications }, call) => {
    withDefaults(call)
    const tags = specifiedTags(TagSpecifications, 'vpc')
    const cidr = canonicalCidr4(CidrBlock)
    const bits = Number(cidr.split('/')[1])
    if (bits < 16 || bits > 28) throw new AwsError('InvalidVpc.Range', `The CIDR '${CidrBlock}' is invalid.`)
    const vpc = layVpc(call, cidr, false)
    putTags(call, arnOf(call, vpc.id), tags)
    return { Vpc: shown(call, vpc) }
  },

  CreateDefaultVpc: (_input, call) => {
    withDefaults(call)
    if (vpcTable(call).values().some(isDefault))
      throw new AwsError(
        'DefaultVpcAlreadyExists',
        'A Default VPC already exists for this account in this region.',
      )
    return { Vpc: shown(call, layDefaultVpc(call)) }
  },

  /** The main route table and the default group go with it; everything else must be gone. */
  DeleteVpc: ({ VpcId = '' }, call) => {
    const vpc = vpcOf(call, VpcId)
    const inside = <T extends { vpcId: string | null }>(rows: T[]) =>
      rows.filter(({ vpcId }) => vpcId === vpc.id)
    const groups = inside(groupTable(call).values())
    const held =
      inside(subnetTable(call).values()).length > 0 ||
      inside(gatewayTable(call).values()).length > 0 ||
      inside(liveInterfaces(call)).length > 0 ||
      groups.some(({ name }) => name !== 'default')
    if (held)
      throw new AwsError('DependencyViolation', `The vpc '${vpc.id}' has dependencies and cannot be deleted.`)
    for (const { id } of groups) {
      for (const rule of ruleTable(call).values()) if (rule.groupId === id) ruleTable(call).delete(rule.id)
      groupTable(call).delete(id)
      forgetTags(call, arnOf(call, id))
    }
    for (const { id } of inside(routeTableTable(call).values())) {
      routeTableTable(call).delete(id)
      forgetTags(call, arnOf(call, id))
    }
    vpcTable(call).delete(vpc.id)
    forgetTags(call, arnOf(call, vpc.id))
    return {}
  },
} satisfies Service<typeof EC2>

const isDefault = (vpc: Vpc): boolean => vpc.isDefault

const fieldsOf = (call: Call): Fields<Vpc> => ({
  cidr: vpc => [vpc.cidr],
  'cidr-block': vpc => [vpc.cidr],
  'cidr-block-association.cidr-block': vpc => [vpc.cidr],
  isDefault: vpc => [String(vpc.isDefault)],
  'is-default': vpc => [String(vpc.isDefault)],
  'owner-id': () => [call.account],
  state: () => ['available'],
  'vpc-id': vpc => [vpc.id],
})

const shown = (call: Call, vpc: Vpc): EC2.Vpc => ({
  VpcId: vpc.id,
  CidrBlock: vpc.cidr,
  CidrBlockAssociationSet: [
    {
      AssociationId: vpc.id.replace('vpc-', 'vpc-cidr-assoc-'),
      CidrBlock: vpc.cidr,
      CidrBlockState: { State: 'associated' },
    },
  ],
  DhcpOptionsId: 'default',
  InstanceTenancy: 'default',
  IsDefault: vpc.isDefault,
  OwnerId: call.account,
  State: 'available',
  Tags: tagListOf(call, vpc.id),
})
