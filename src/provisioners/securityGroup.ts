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
import { isAwsError } from '../awsError.ts'
import { NotYet } from '../errors.ts'
import type { Aws, Live, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { byJson } from './kit/byJson.ts'
import { permissionFor, rulesBeyond, rulesIn, type SecurityGroupRule } from './kit/securityRules.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the group's, unique in its VPC. */
export interface SecurityGroupProps {
  vpc: string
  description: string
  /** Sets. */
  ingress: SecurityGroupRule[]
  egress: SecurityGroupRule[]
}

export type { SecurityGroupRule }

export interface SecurityGroupOut extends Outputs {
  id: string
}

const GONE = 'InvalidGroup.NotFound'

type RuleCall = (
  ec2: EC2Client,
  rules: { GroupId: string; IpPermissions: IpPermission[] },
) => Promise<unknown>

/** Revokes first: a rule that differs only in its description would be refused as a duplicate. */
const rulesWriter =
  (direction: 'ingress' | 'egress', revoke: RuleCall, authorize: RuleCall) =>
  async (aws: Aws, live: Live<SecurityGroupProps>, want: SecurityGroupProps): Promise<void> => {
    const ec2 = aws.client(EC2Client)
    const GroupId = live.out['id'] ?? ''
    const stale = rulesBeyond(live.props[direction], want[direction])
    const fresh = rulesBeyond(want[direction], live.props[direction])
    const undescribed = stale.map(rule => permissionFor({ ...rule, description: '' }))
    if (stale.length > 0)
      await absentIf(revoke(ec2, { GroupId, IpPermissions: undescribed }), 'InvalidPermission.NotFound')
    if (fresh.length > 0)
      await absentIf(
        authorize(ec2, { GroupId, IpPermissions: fresh.map(permissionFor) }),
        'InvalidPermission.Duplicate',
      )
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

  change: {
    vpc: 'replace',
    description: 'replace',
    ingress: rulesWriter(
      'ingress',
      (ec2, rules) => ec2.send(new RevokeSecurityGroupIngressCommand(rules)),
      (ec2, rules) => ec2.send(new AuthorizeSecurityGroupIngressCommand(rules)),
    ),
    egress: rulesWriter(
      'egress',
      (ec2, rules) => ec2.send(new RevokeSecurityGroupEgressCommand(rules)),
      (ec2, rules) => ec2.send(new AuthorizeSecurityGroupEgressCommand(rules)),
    ),
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
