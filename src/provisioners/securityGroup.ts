import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2'
import { NotYet } from '../errors.ts'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { byJson } from './kit/byJson.ts'
import { isAwsError } from './kit/isAwsError.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the group's, unique in its VPC. */
export interface SecurityGroupProps {
  vpc: string
  description: string
  /** Sets. */
  ingress: SecurityGroupRule[]
  egress: SecurityGroupRule[]
}

export interface SecurityGroupRule {
  /** `tcp`, or `-1` for everything (ports are then -1). */
  protocol: string
  fromPort: number
  toPort: number
  /** An IPv4 or IPv6 range. Read only: the id of a group or prefix list that somebody let in. */
  cidr: string
  description: string
}

export interface SecurityGroupOut extends Outputs {
  id: string
}

const GONE = 'InvalidGroup.NotFound'

/** AWS groups rules by protocol and ports; each peer is one rule here. */
const rulesIn = (permissions: readonly IpPermission[] = []): SecurityGroupRule[] =>
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

const permissionFor = ({ protocol, fromPort, toPort, cidr, description }: SecurityGroupRule): IpPermission => {
  const told = description === '' ? {} : { Description: description }
  const base = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort }
  if (cidr.startsWith('sg-')) return { ...base, UserIdGroupPairs: [{ GroupId: cidr, ...told }] }
  if (cidr.startsWith('pl-')) return { ...base, PrefixListIds: [{ PrefixListId: cidr, ...told }] }
  if (cidr.includes(':')) return { ...base, Ipv6Ranges: [{ CidrIpv6: cidr, ...told }] }
  return { ...base, IpRanges: [{ CidrIp: cidr, ...told }] }
}

/** The rules of `some` that are not among `others`, as AWS wants them; undefined for none. */
const permissionsBeyond = (
  some: readonly SecurityGroupRule[],
  others: readonly SecurityGroupRule[],
): IpPermission[] | undefined => {
  const known = new Set(byJson(others).map(rule => JSON.stringify(permissionFor(rule))))
  const beyond = some.map(permissionFor).filter(permission => !known.has(JSON.stringify(permission)))
  return beyond.length > 0 ? beyond : undefined
}

/** Names are unique per VPC only: one that bears our tags goes before a namesake elsewhere. */
const mostLikely = (groups: readonly SecurityGroup[]): SecurityGroup | undefined => {
  const ours = (group: SecurityGroup) => group.Tags?.some(({ Key }) => Key?.startsWith('storyarch:')) ?? false
  return groups.find(ours) ?? groups[0]
}

const blockersOf = async (aws: Aws, group: string): Promise<string> => {
  const { NetworkInterfaces = [] } = await aws
    .client(EC2Client)
    .send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }))
  const named = NetworkInterfaces.map(one => `${one.NetworkInterfaceId} (${one.Description || one.Status})`)
  return named.join(', ') || 'another security group or a network interface on its way out'
}

export const securityGroup: Provisioner<SecurityGroupProps, SecurityGroupOut> = {
  kind: 'securityGroup',
  naming: { max: 255, allow: /^(?!sg-)[a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]+$/ },
  permissions: {
    read: ['ec2:DescribeSecurityGroups'],
    write: [
      'ec2:CreateSecurityGroup',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:CreateTags',
      'ec2:DeleteTags',
    ],
    remove: ['ec2:DeleteSecurityGroup', 'ec2:DescribeNetworkInterfaces'],
  },
  settles: { usuallySeconds: 2, atMostSeconds: 900 },
  removeAfter: ['cluster', 'lambdaFunction'],
  hunt: {
    async list(aws, stack) {
      const Filters = [{ Name: 'tag:storyarch:stack', Values: [stack] }]
      const { SecurityGroups = [] } = await aws
        .client(EC2Client)
        .send(new DescribeSecurityGroupsCommand({ Filters }))
      return SecurityGroups.map(group => group.GroupName ?? '')
    },
  },
  normal: props => ({ ...props, ingress: byJson(props.ingress), egress: byJson(props.egress) }),

  async read(aws, name) {
    const { SecurityGroups = [] } = await aws
      .client(EC2Client)
      .send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: [name] }] }))
    const found = mostLikely(SecurityGroups)
    if (!found) return undefined
    return {
      props: {
        vpc: found.VpcId ?? '',
        description: found.Description ?? '',
        ingress: rulesIn(found.IpPermissions),
        egress: rulesIn(found.IpPermissionsEgress),
      },
      out: { id: found.GroupId ?? '' },
      tags: tagsFrom(found.Tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws.client(EC2Client).send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: want.description,
        VpcId: want.vpc,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagPairs(tags) }],
      }),
    ),

  // Revoked first: a rule that differs only in its description would be refused as a duplicate.
  change: {
    vpc: 'replace',
    description: 'replace',
    async ingress(aws, { out, props }, want) {
      const ec2 = aws.client(EC2Client)
      const stale = permissionsBeyond(props.ingress, want.ingress)
      const fresh = permissionsBeyond(want.ingress, props.ingress)
      if (stale) await revoked(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: out.id, IpPermissions: stale })))
      if (fresh) await authorized(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: out.id, IpPermissions: fresh })))
    },
    async egress(aws, { out, props }, want) {
      const ec2 = aws.client(EC2Client)
      const stale = permissionsBeyond(props.egress, want.egress)
      const fresh = permissionsBeyond(want.egress, props.egress)
      if (stale) await revoked(ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: out.id, IpPermissions: stale })))
      if (fresh) await authorized(ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: out.id, IpPermissions: fresh })))
    },
  },

  retag(aws, live, put, drop) {
    const ec2 = aws.client(EC2Client)
    const Resources = [live.out.id]
    return putAndDrop(
      put,
      drop,
      tags => ec2.send(new CreateTagsCommand({ Resources, Tags: tagPairs(tags) })),
      keys => ec2.send(new DeleteTagsCommand({ Resources, Tags: keys.map(Key => ({ Key })) })),
    )
  },

  async remove(aws, live) {
    const GroupId = live.out.id
    try {
      await absentIf(aws.client(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId })), GONE)
    } catch (error) {
      if (!isAwsError(error, 'DependencyViolation', 'InvalidGroup.InUse')) throw error
      throw new NotYet(`${GroupId} is still used by ${await blockersOf(aws, GroupId)}`, { cause: error })
    }
  },

  price: () => [],
}
