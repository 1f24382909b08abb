import { DescribeSubnetsCommand, EC2Client, type Filter, type Subnet } from '@aws-sdk/client-ec2'
import { isAwsError } from '../awsError.ts'
import { UserError } from '../errors.ts'
import type { Aws, Lookup, Outputs } from '../resource.ts'

/** A lookup: the account's default VPC, or what the manifest names. */
export interface NetworkQuery {
  /** `default` or a VPC id. With `default`, named subnets may lie in any one VPC. */
  vpc: string
  /** Subnet ids; empty: the VPC's default subnets (Fargate-capable zones only). */
  subnets: string[]
}

export interface NetworkOut extends Outputs {
  vpc: string
  /** Sorted, comma-joined. */
  subnets: string
}

/** Zones without Fargate, by id: names are shuffled per account. Source: the ECS guide, "Fargate platform availability". */
const WITHOUT_FARGATE = ['use1-az3', 'usw1-az2', 'apne1-az3']

const runsFargate = (subnet: Subnet): boolean => !WITHOUT_FARGATE.includes(subnet.AvailabilityZoneId ?? '')

const idsOf = (subnets: readonly Subnet[]): string =>
  subnets
    .map(subnet => subnet.SubnetId ?? '')
    .sort()
    .join(',')

const zonesOf = (subnets: readonly Subnet[]): string =>
  [...new Set(subnets.map(subnet => subnet.AvailabilityZoneId))].join(', ')

/** Only the default VPC has default subnets, so one call finds both. */
const defaults = async (aws: Aws, vpc: string): Promise<NetworkOut> => {
  const Filters: Filter[] = [{ Name: 'default-for-az', Values: ['true'] }]
  if (vpc !== 'default') Filters.push({ Name: 'vpc-id', Values: [vpc] })
  const { Subnets = [] } = await aws.client(EC2Client).send(new DescribeSubnetsCommand({ Filters }))
  const fit = Subnets.filter(runsFargate)
  const [first] = fit
  if (first?.VpcId) return { vpc: first.VpcId, subnets: idsOf(fit) }
  throw vpc === 'default'
    ? new UserError(
        `The account has no default VPC with default subnets in ${aws.region}.`,
        `Make one with \`aws ec2 create-default-vpc --region ${aws.region}\`, or name network.vpc and network.subnets in the manifest.`,
      )
    : new UserError(
        `${vpc} has no default subnets in ${aws.region} that Fargate can use.`,
        'Name its subnets under network.subnets in the manifest.',
      )
}

const named = async (aws: Aws, query: NetworkQuery): Promise<NetworkOut> => {
  const { Subnets = [] } = await aws
    .client(EC2Client)
    .send(new DescribeSubnetsCommand({ SubnetIds: query.subnets }))
    .catch(error => {
      if (!isAwsError(error, 'InvalidSubnetID.NotFound', 'InvalidSubnetId.NotFound')) throw error
      throw new UserError(
        `Of the subnets ${query.subnets.join(', ')} at least one is not in ${aws.region}.`,
        `List them with \`aws ec2 describe-subnets --region ${aws.region}\` and mend network.subnets.`,
        { cause: error },
      )
    })
  const vpc = query.vpc === 'default' ? (Subnets[0]?.VpcId ?? '') : query.vpc
  const outside = Subnets.filter(subnet => subnet.VpcId !== vpc)
  if (outside.length > 0)
    throw new UserError(
      `${idsOf(outside)} is not in ${vpc}.`,
      'All of network.subnets must lie in one VPC, the one network.vpc names.',
    )
  const unfit = Subnets.filter(subnet => !runsFargate(subnet))
  if (unfit.length > 0)
    throw new UserError(
      `${idsOf(unfit)} lies in a zone where Fargate cannot run (${zonesOf(unfit)}).`,
      'Name a subnet of another zone under network.subnets.',
    )
  return { vpc, subnets: idsOf(Subnets) }
}

export const network: Lookup<NetworkQuery, NetworkOut> = {
  kind: 'network',
  permissions: { read: ['ec2:DescribeSubnets'] },
  find: (aws, query) => (query.subnets.length === 0 ? defaults(aws, query.vpc) : named(aws, query)),
}
