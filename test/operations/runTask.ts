import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import type { Aws } from '../../src/resource.ts'
import { BACKEND } from './stand.ts'

/** Asks ECS for a task of an app alone; answers its ARN. */
export const runTask = async (aws: Aws): Promise<string> => {
  const ecs = aws.client(ECSClient)
  const ec2 = aws.client(EC2Client)
  const [{ Subnets = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand()),
    ec2.send(new DescribeSecurityGroupsCommand()),
  ])
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'stand-backend-test',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      // moto needs the container's memory, too.
      containerDefinitions: [{ name: 'app', image: 'example.org/app:1', essential: true, memory: 256 }],
    }),
  )
  const { tasks = [], failures } = await ecs.send(
    new RunTaskCommand({
      cluster: BACKEND.cluster,
      taskDefinition: 'stand-backend-test',
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: Subnets.slice(0, 2).map(({ SubnetId = '' }) => SubnetId),
          securityGroups: SecurityGroups.map(({ GroupId = '' }) => GroupId),
          assignPublicIp: 'ENABLED',
        },
      },
    }),
  )
  const arn = tasks[0]?.taskArn
  if (arn === undefined) throw new Error(`no task: ${JSON.stringify(failures)}`)
  return arn
}
