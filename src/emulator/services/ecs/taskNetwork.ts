import type { AwsVpcConfiguration } from '@aws-sdk/client-ecs'
import { AwsError, type Call } from '../../service.ts'
import { type Subnet, subnetOf } from '../ec2/network.ts'
import { groupTable, securityGroupOf } from '../ec2/securityGroup.ts'

/** Zones without Fargate ("Amazon ECS on Fargate supported Regions"). */
const WITHOUT_FARGATE = ['use1-az3']

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)

/** ECS words EC2's refusals as its own. */
const asked = <T>(what: string, id: string, ask: () => T): T => {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid(
      `Error retrieving ${what} information for [${id}]: ${error.message} (ErrorCode: ${error.code})`,
    )
  }
}

/** Where a task may stand; throws InvalidParameterException. No group means the default group of the VPC. */
export const networkOf = (
  call: Call,
  wish: AwsVpcConfiguration | undefined,
): { fargateSubnets: Subnet[]; groups: string[]; publicIp: boolean } => {
  if (!wish) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  const ids = wish.subnets ?? []
  if (ids.length === 0) throw invalid('subnets can not be empty.')
  if (ids.length > 16) throw invalid('subnets can have at most 16 items.')
  if ((wish.securityGroups ?? []).length > 5) throw invalid('securityGroups can have at most 5 items.')
  const subnets = ids.map(id => asked('subnet', id, () => subnetOf(call, id)))
  const vpcIds = new Set(subnets.map(({ vpcId }) => vpcId))
  if (vpcIds.size > 1) throw invalid('The provided list of subnets does not belong to a single VPC.')
  const groups = (wish.securityGroups ?? []).map(id =>
    asked('security group', id, () => securityGroupOf(call, id)),
  )
  if (groups.some(({ vpcId }) => !vpcIds.has(vpcId)))
    throw invalid('Security group does not appear to belong to the same VPC as the input subnets.')
  const fallback = groupTable(call)
    .values()
    .filter(({ vpcId, name }) => vpcIds.has(vpcId) && name === 'default')
  return {
    fargateSubnets: subnets.filter(({ zoneId }) => !WITHOUT_FARGATE.includes(zoneId)),
    groups: (groups.length > 0 ? groups : fallback).map(({ id }) => id),
    publicIp: wish.assignPublicIp === 'ENABLED',
  }
}
