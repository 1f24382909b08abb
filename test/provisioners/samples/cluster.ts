import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import type { ClusterProps } from '../../../src/provisioners/cluster.ts'
import type { Aws } from '../../../src/resource.ts'
import type { Sample } from '../contract.ts'

const runTask = async (aws: Aws, cluster: string): Promise<void> => {
  const ecs = aws.client(ECSClient)
  const { Subnets = [] } = await aws.client(EC2Client).send(new DescribeSubnetsCommand())
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'contract-test-left-running',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'app', memory: 512 }],
    }),
  )
  // All of them: one availability zone of us-east-1 has no Fargate.
  const subnets = Subnets.flatMap(({ SubnetId }) => SubnetId ?? [])
  const { failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: 'contract-test-left-running',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [] } },
    }),
  )
  if (failures[0] !== undefined) throw new Error(`the task did not start: ${failures[0].reason}`)
}

export const clusterSample: Sample<ClusterProps> = {
  prepare: async () => ({
    name: 'contract-test',
    props: { capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    variants: { capacityProviders: ['FARGATE'] },
  }),
  fill: runTask,
  unreached: { 'iam:CreateServiceLinkedRole': 'only an account that never used ECS needs it' },
  lacks: { moto: { permissions: 'moto deletes clusters in which tasks run' } },
}
