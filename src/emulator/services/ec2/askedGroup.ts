import { AwsError, type Call } from '../../service.ts'
import { vpcTable } from './network.ts'
import { groupTable, type SecurityGroup, securityGroupOf } from './securityGroup.ts'

export const defaultVpc = (call: Call): string => {
  const vpc = vpcTable(call)
    .values()
    .find(({ isDefault }) => isDefault)
  if (!vpc) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user')
  return vpc.id
}

/** Groups may be called by name only in the default VPC. */
export const groupNamed = (call: Call, name: string): SecurityGroup => {
  const vpcId = defaultVpc(call)
  const group = groupTable(call)
    .values()
    .find(row => row.vpcId === vpcId && row.name === name)
  if (!group)
    throw new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${vpcId}'`,
    )
  return group
}

/** By id, or by name in the default VPC. */
export const groupAsked = (
  call: Call,
  { GroupId, GroupName }: { GroupId?: string | undefined; GroupName?: string | undefined },
): SecurityGroup =>
  GroupId === undefined && GroupName !== undefined
    ? groupNamed(call, GroupName)
    : securityGroupOf(call, GroupId ?? '')
