import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { canonicalCidr4 } from './cidr.ts'
import { type Fields, filtered } from './filter.ts'
import { liveInterfaces } from './interface.ts'
import { laySubnet, type Subnet, subnetOf, subnetTable, vpcOf, withDefaults, zonesOf } from './network.ts'
import { arnOf, specifiedTags, tagListOf, tagsOfId } from './tags.ts'

export const subnets = {
  DescribeSubnets: ({ SubnetIds, Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const rows = SubnetIds?.length ? SubnetIds.map(id => subnetOf(call, id)) : subnetTable(call).values()
    const found = filtered(rows, Filters, fieldsOf(call), ({ id }) => tagsOfId(call, id))
    const { items, next } = page(found, ({ id }) => id, { token: NextToken, size: MaxResults ?? 1000 })
    return { Subnets: items.map(subnet => shown(call, subnet)), NextToken: next }
  },

  CreateSubnet: (input, call) => {
    const vpc = vpcOf(call, input.VpcId ?? '')
    const tags = specifiedTags(input.TagSpecifications, 'subnet')
    const cidr = canonicalCidr4(input.CidrBlock ?? '')
    const range = span(cidr)
    const [low, high] = span(vpc.cidr)
    if (range[0] < low || range[1] > high)
      throw new AwsError('InvalidSubnet.Range', `The CIDR '${input.CidrBlock}' is invalid.`)
    const clash = subnetTable(call)
      .values()
      .filter(({ vpcId }) => vpcId === vpc.id)
      .some(other => range[0] <= span(other.cidr)[1] && span(other.cidr)[0] <= range[1])
    if (clash)
      throw new AwsError(
        'InvalidSubnet.Conflict',
        `The CIDR '${input.CidrBlock}' conflicts with another subnet`,
      )
    const zones = zonesOf(call.region)
    const zone =
      input.AvailabilityZone === undefined && input.AvailabilityZoneId === undefined
        ? zones[0]
        : zones.find(({ name, id }) => name === input.AvailabilityZone || id === input.AvailabilityZoneId)
    if (!zone)
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${input.AvailabilityZone ?? input.AvailabilityZoneId}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map(({ name }) => name).join(', ')}.`,
      )
    const subnet = laySubnet(call, {
      vpcId: vpc.id,
      cidr,
      zone: zone.name,
      zoneId: zone.id,
      defaultForAz: false,
      publicIpOnLaunch: false,
    })
    putTags(call, arnOf(call, subnet.id), tags)
    return { Subnet: shown(call, subnet) }
  },

  DeleteSubnet: ({ SubnetId = '' }, call) => {
    const { id } = subnetOf(call, SubnetId)
    if (liveInterfaces(call).some(({ subnetId }) => subnetId === id))
      throw new AwsError('DependencyViolation', `The subnet '${id}' has dependencies and cannot be deleted.`)
    subnetTable(call).delete(id)
    forgetTags(call, arnOf(call, id))
    return {}
  },
} satisfies Service<typeof EC2>

/** First and last address as numbers. */
const span = (cidr: string): [number, number] => {
  const [base = '', bits] = cidr.split('/')
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return [first, first + 2 ** (32 - Number(bits)) - 1]
}

/** AWS keeps five addresses of each subnet. */
const freeAddresses = (call: Call, subnet: Subnet): number => {
  const [first, last] = span(subnet.cidr)
  const used = liveInterfaces(call).filter(({ subnetId }) => subnetId === subnet.id).length
  return last - first + 1 - 5 - used
}

const fieldsOf = (call: Call): Fields<Subnet> => ({
  'availability-zone': subnet => [subnet.zone],
  availabilityZone: subnet => [subnet.zone],
  'availability-zone-id': subnet => [subnet.zoneId],
  availabilityZoneId: subnet => [subnet.zoneId],
  'available-ip-address-count': subnet => [String(freeAddresses(call, subnet))],
  cidr: subnet => [subnet.cidr],
  'cidr-block': subnet => [subnet.cidr],
  cidrBlock: subnet => [subnet.cidr],
  'default-for-az': subnet => [String(subnet.defaultForAz)],
  defaultForAz: subnet => [String(subnet.defaultForAz)],
  'map-public-ip-on-launch': subnet => [String(subnet.publicIpOnLaunch)],
  'owner-id': () => [call.account],
  state: () => ['available'],
  'subnet-arn': subnet => [arnOf(call, subnet.id)],
  'subnet-id': subnet => [subnet.id],
  'vpc-id': subnet => [subnet.vpcId],
})

const shown = (call: Call, subnet: Subnet): EC2.Subnet => ({
  SubnetId: subnet.id,
  SubnetArn: arnOf(call, subnet.id),
  VpcId: subnet.vpcId,
  OwnerId: call.account,
  State: 'available',
  CidrBlock: subnet.cidr,
  AvailabilityZone: subnet.zone,
  AvailabilityZoneId: subnet.zoneId,
  AvailableIpAddressCount: freeAddresses(call, subnet),
  DefaultForAz: subnet.defaultForAz,
  MapPublicIpOnLaunch: subnet.publicIpOnLaunch,
  AssignIpv6AddressOnCreation: false,
  MapCustomerOwnedIpOnLaunch: false,
  Ipv6CidrBlockAssociationSet: [],
  Ipv6Native: false,
  EnableDns64: false,
  Tags: tagListOf(call, subnet.id),
})
