import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { SecurityGroupProps, SecurityGroupRule } from '../../../src/provisioners/securityGroup.ts'
import type { Sample } from '../contract.ts'

const everything: SecurityGroupRule = {
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  cidr: '0.0.0.0/0',
  description: '',
}

const app: SecurityGroupRule = {
  protocol: 'tcp',
  fromPort: 8000,
  toPort: 8000,
  cidr: '0.0.0.0/0',
  description: 'the app',
}

export const securityGroupSample: Sample<SecurityGroupProps> = {
  async prepare(aws) {
    const ec2 = aws.client(EC2Client)
    const { Vpcs = [] } = await ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    )
    const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }))
    return {
      name: 'contract-test-task',
      props: {
        vpc: Vpcs[0]?.VpcId ?? '',
        description: 'the tasks',
        ingress: [app, { ...app, cidr: '::/0' }],
        egress: [everything],
      },
      variants: {
        vpc: other?.VpcId ?? '',
        description: 'other tasks',
        ingress: [
          { ...app, description: 'changed' },
          { ...app, fromPort: 22, toPort: 22 },
        ],
        egress: [],
      },
    }
  },
  unreached: { 'ec2:DescribeNetworkInterfaces': 'only while something still uses the group' },
}
