import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { network } from '../../src/provisioners/network.ts'
import type { Aws } from '../../src/resource.ts'
import { onFreshAws } from './onFreshAws.ts'

const subnetsOf = async (aws: Aws) =>
  (await aws.client(EC2Client).send(new DescribeSubnetsCommand())).Subnets ?? []

/** A VPC of one's own with one subnet. */
const ownVpc = async (aws: Aws, zone: string) => {
  const ec2 = aws.client(EC2Client)
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }))
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.7.1.0/24', AvailabilityZoneId: zone }),
  )
  return { vpc: Vpc?.VpcId ?? '', subnet: Subnet?.SubnetId ?? '' }
}

const find = (aws: Aws, query: { vpc?: string; subnets?: string[] }) =>
  network.find(aws, { vpc: 'default', subnets: [], ...query })

test('finds the default VPC with its subnets, but for the zone without Fargate', () =>
  onFreshAws(async aws => {
    const all = await subnetsOf(aws)
    const capable = all.filter(subnet => subnet.AvailabilityZoneId !== 'use1-az3')
    expect(capable.length).toBeLessThan(all.length)
    expect(await find(aws, {})).toEqual({
      vpc: all[0]?.VpcId,
      subnets: capable
        .map(({ SubnetId }) => SubnetId)
        .sort()
        .join(','),
    })
  }))

test.for([
  ['us-west-1', 'usw1-az2'],
  ['ap-northeast-1', 'apne1-az3'],
] as const)('in %s it leaves out %s, where Fargate is not', ([region, zone]) =>
  onFreshAws(async aws => {
    const all = await subnetsOf(aws)
    const without = all.filter(({ AvailabilityZoneId }) => AvailabilityZoneId !== zone)
    expect(without).toHaveLength(all.length - 1)
    expect((await find(aws, {})).subnets.split(',')).toEqual(without.map(({ SubnetId }) => SubnetId).sort())
  }, region),
)

test('takes the VPC and subnets that are named', () =>
  onFreshAws(async aws => {
    const { vpc, subnet } = await ownVpc(aws, 'use1-az1')
    expect(await find(aws, { vpc, subnets: [subnet] })).toEqual({ vpc, subnets: subnet })
    expect(await find(aws, { subnets: [subnet] })).toEqual({ vpc, subnets: subnet })
  }))

test.for([
  [
    'no default VPC',
    async (aws: Aws) => {
      for (const { SubnetId } of await subnetsOf(aws))
        await aws.client(EC2Client).send(new DeleteSubnetCommand({ SubnetId }))
      return {}
    },
    /no default VPC/,
  ],
  [
    'a VPC without default subnets',
    async (aws: Aws) => ({ vpc: (await ownVpc(aws, 'use1-az1')).vpc }),
    /has no default subnets/,
  ],
  [
    'a subnet that is not there',
    async () => ({ subnets: ['subnet-00000000000000000'] }),
    /is not in us-east-1/,
  ],
  [
    'a subnet of another VPC',
    async (aws: Aws) => {
      const { subnet } = await ownVpc(aws, 'use1-az1')
      const vpc = (await subnetsOf(aws)).find(({ SubnetId }) => SubnetId !== subnet)?.VpcId ?? ''
      return { vpc, subnets: [subnet] }
    },
    /is not in vpc-/,
  ],
  [
    'a subnet where Fargate cannot run',
    async (aws: Aws) => ({ subnets: [(await ownVpc(aws, 'use1-az3')).subnet] }),
    /Fargate cannot run/,
  ],
] as const)('refuses %s in words', ([, prepare, words]) =>
  onFreshAws(async aws => {
    await expect(find(aws, await prepare(aws))).rejects.toMatchObject({
      name: 'UserError',
      fact: expect.stringMatching(words),
    })
  }),
)
