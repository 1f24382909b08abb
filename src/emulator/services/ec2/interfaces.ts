import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { type Fields, filtered } from './filter.ts'
import { liveInterfaces, type NetworkInterface } from './interface.ts'
import { groupTable } from './securityGroup.ts'
import { tagListOf, tagsOfId } from './tags.ts'

export const interfaces = {
  DescribeNetworkInterfaces: ({ NetworkInterfaceIds, Filters, MaxResults, NextToken }, call) => {
    const rows = NetworkInterfaceIds?.length
      ? NetworkInterfaceIds.map(id => interfaceOf(call, id))
      : liveInterfaces(call)
    const found = filtered(rows, Filters, fieldsOf(call), ({ id }) => tagsOfId(call, id))
    const { items, next } = page(found, ({ id }) => id, { token: NextToken, size: MaxResults ?? 1000 })
    return { NetworkInterfaces: items.map(row => shown(call, row)), NextToken: next }
  },

  /** Every interface here belongs to an AWS service, so nobody else may delete it. */
  DeleteNetworkInterface: ({ NetworkInterfaceId = '' }, call) => {
    const { id } = interfaceOf(call, NetworkInterfaceId)
    throw new AwsError(
      'InvalidParameterValue',
      `Network interface '${id}' is currently in use and is managed by an AWS service.`,
    )
  },
} satisfies Service<typeof EC2>

const interfaceOf = (call: Call, id: string): NetworkInterface => {
  const row = liveInterfaces(call).find(candidate => candidate.id === id)
  if (!row)
    throw new AwsError('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`)
  return row
}

const fieldsOf = (call: Call): Fields<NetworkInterface> => ({
  'addresses.private-ip-address': row => [row.privateIp],
  'association.public-ip': row => [row.publicIp],
  'attachment.attachment-id': row => [row.attachmentId],
  'attachment.status': () => ['attached'],
  'availability-zone': row => [row.availabilityZone],
  description: row => [row.description],
  'group-id': row => row.groups,
  'group-name': row => row.groups.map(id => groupTable(call).get(id)?.name),
  'interface-type': () => ['interface'],
  'mac-address': row => [row.mac],
  'network-interface-id': row => [row.id],
  'owner-id': () => [call.account],
  'private-ip-address': row => [row.privateIp],
  'requester-managed': () => ['true'],
  status: () => ['in-use'],
  'subnet-id': row => [row.subnetId],
  'vpc-id': row => [row.vpcId],
})

const shown = (call: Call, row: NetworkInterface): EC2.NetworkInterface => {
  const dns = `ip-${row.privateIp.replaceAll('.', '-')}.${call.region === 'us-east-1' ? 'ec2' : `${call.region}.compute`}.internal`
  const association =
    row.publicIp === null
      ? undefined
      : { IpOwnerId: 'amazon', PublicDnsName: 'localhost', PublicIp: row.publicIp }
  return {
    NetworkInterfaceId: row.id,
    Association: association,
    Attachment: {
      AttachmentId: row.attachmentId,
      AttachTime: new Date(row.createdAt),
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: 'amazon',
      Status: 'attached',
    },
    AvailabilityZone: row.availabilityZone,
    Description: row.description,
    Groups: row.groups.map(id => ({ GroupId: id, GroupName: groupTable(call).get(id)?.name })),
    InterfaceType: 'interface',
    Ipv6Addresses: [],
    MacAddress: row.mac,
    OwnerId: call.account,
    PrivateDnsName: dns,
    PrivateIpAddress: row.privateIp,
    PrivateIpAddresses: [
      { Primary: true, PrivateIpAddress: row.privateIp, PrivateDnsName: dns, Association: association },
    ],
    RequesterManaged: true,
    SourceDestCheck: true,
    Status: 'in-use',
    SubnetId: row.subnetId,
    TagSet: tagListOf(call, row.id),
    VpcId: row.vpcId,
  }
}
