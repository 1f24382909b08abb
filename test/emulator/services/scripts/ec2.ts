import * as EC2 from '@aws-sdk/client-ec2'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

export const ec2Script = async (connect: Connect): Promise<Outcome[]> => {
  const ec2 = connect(EC2.EC2Client)
  const script = new Script()
  const vpc = await script.step(
    'default vpc',
    () => ec2.send(new EC2.DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] })),
    ({ Vpcs }) => Vpcs?.map(({ CidrBlock, IsDefault, State }) => ({ CidrBlock, IsDefault, State })),
  )
  const VpcId = vpc?.Vpcs?.[0]?.VpcId ?? ''
  await script.step(
    'default subnets',
    () =>
      ec2.send(
        new EC2.DescribeSubnetsCommand({
          Filters: [
            { Name: 'vpc-id', Values: [VpcId] },
            { Name: 'default-for-az', Values: ['true'] },
          ],
        }),
      ),
    ({ Subnets }) =>
      Subnets?.map(({ CidrBlock, MapPublicIpOnLaunch, AvailableIpAddressCount }) => [
        CidrBlock,
        MapPublicIpOnLaunch,
        AvailableIpAddressCount,
      ]).sort(),
  )
  await script.step(
    'way out',
    () =>
      ec2.send(
        new EC2.DescribeRouteTablesCommand({
          Filters: [
            { Name: 'vpc-id', Values: [VpcId] },
            { Name: 'association.main', Values: ['true'] },
          ],
        }),
      ),
    ({ RouteTables }) =>
      RouteTables?.[0]?.Routes?.map(({ DestinationCidrBlock, GatewayId, State }) => [
        DestinationCidrBlock,
        GatewayId?.replace(/-.*/, ''),
        State,
      ]),
  )
  const create = () =>
    ec2.send(
      new EC2.CreateSecurityGroupCommand({
        GroupName: 'same',
        Description: 'the same',
        VpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'app', Value: 'a' }] }],
      }),
    )
  const GroupId = (await script.step('create group', create, ({ Tags }) => Tags))?.GroupId ?? ''
  await script.step('create group again', create)
  const rules = () =>
    ec2.send(
      new EC2.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
    )
  const shape = ({ SecurityGroupRules }: EC2.DescribeSecurityGroupRulesCommandOutput) =>
    SecurityGroupRules?.map(({ IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, Description }) => [
      IsEgress,
      IpProtocol,
      FromPort,
      ToPort,
      CidrIpv4 ?? CidrIpv6,
      Description,
    ]).sort()
  await script.step('rules of a new group', rules, shape)
  const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
  await script.step('egress twice', () =>
    ec2.send(new EC2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [all] })),
  )
  const web = {
    IpProtocol: 'tcp',
    FromPort: 80,
    ToPort: 80,
    IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'web' }],
    Ipv6Ranges: [{ CidrIpv6: '::/0' }],
  }
  await script.step(
    'authorize',
    () => ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] })),
    ({ Return }) => Return,
  )
  await script.step('authorize again', () =>
    ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] })),
  )
  await script.step('rules', rules, shape)
  await script.step('malformed cidr', () =>
    ec2.send(
      new EC2.AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...web, IpRanges: [{ CidrIp: '1.2.3.4/99' }] }],
      }),
    ),
  )
  await script.step(
    'revoke',
    () => ec2.send(new EC2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] })),
    ({ Return }) => Return,
  )
  await script.step('revoke again', () =>
    ec2.send(new EC2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] })),
  )
  await script.step(
    'by tag',
    () => ec2.send(new EC2.DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:app', Values: ['a*'] }] })),
    ({ SecurityGroups }) =>
      SecurityGroups?.map(({ GroupName, Description, IpPermissions }) => [
        GroupName,
        Description,
        IpPermissions,
      ]),
  )
  await script.step('by an unknown filter', () =>
    ec2.send(new EC2.DescribeSecurityGroupsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] })),
  )
  await script.step('no group', () =>
    ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123456789abcdef0'] })),
  )
  await script.step('no vpc', () =>
    ec2.send(new EC2.DescribeVpcsCommand({ VpcIds: ['vpc-0123456789abcdef0'] })),
  )
  await script.step('no subnet', () =>
    ec2.send(new EC2.DescribeSubnetsCommand({ SubnetIds: ['subnet-0123456789abcdef0'] })),
  )
  await script.step('no interface', () =>
    ec2.send(new EC2.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-0123456789abcdef0'] })),
  )
  await script.step('tag', () =>
    ec2.send(new EC2.CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'b', Value: '2' }] })),
  )
  await script.step('untag', () =>
    ec2.send(new EC2.DeleteTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'app' }] })),
  )
  await script.step(
    'tags',
    () => ec2.send(new EC2.DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [GroupId] }] })),
    ({ Tags }) => Tags?.map(({ Key, Value, ResourceType }) => [Key, Value, ResourceType]),
  )
  await script.step('reserved tag', () =>
    ec2.send(new EC2.CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'aws:b', Value: '2' }] })),
  )
  await script.step('rehearse', () => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId, DryRun: true })))
  await script.step('delete', () => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId })))
  await script.step('delete again', () => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId })))
  return script.outcomes
}

/** Where moto answers otherwise than AWS says it does. */
export const ec2MotoErrs: Errs = {
  'way out': {
    moto: [['172.31.0.0/16', 'local', 'active']],
    because: 'Default VPC: the main route table sends 0.0.0.0/0 to an internet gateway',
  },
  'create group': { moto: undefined, because: 'CreateSecurityGroup: the answer tells the tags' },
  'by an unknown filter': { moto: 'Error 500', because: 'Error codes: InvalidParameterValue' },
  'reserved tag': { moto: 'done', because: 'Tag restrictions: the prefix aws: is reserved' },
}
