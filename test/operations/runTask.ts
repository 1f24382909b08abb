import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import type { Aws } from '../../src/resource.ts'
import { BACKEND } from './stand.ts'

/** Asks ECS for a task of an app alone; answers its ARN. */
export const runTask = async (aws: Aws): Promise<string> => {
  const ecs = aws.client(ECSClient)
  const { Subnets = [] } = await aws.client(EC2Client).send(new DescribeSubnetsCommand())
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'stand-backend-test',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'example.org/app:1', essential: true }],
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
          assignPublicIp: 'ENABLED',
        },
      },
    }),
  )
  const arn = tasks[0]?.taskArn
  if (arn === undefined) throw new Error(`no task: ${JSON.stringify(failures)}`)
  return arn
}
