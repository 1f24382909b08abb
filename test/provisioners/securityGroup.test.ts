import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { NotYet } from '../../src/errors.ts'
import { cluster } from '../../src/provisioners/cluster.ts'
import { securityGroup } from '../../src/provisioners/securityGroup.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { securityGroupSample } from './samples/securityGroup.ts'

test('in use, it waits and names the network interface that holds it', () =>
  onFreshAws(async aws => {
    const { name, props } = await securityGroupSample.prepare(aws)
    await securityGroup.create(aws, name, props, {}, making())
    await cluster.create(aws, 'holder', { capacityProviders: ['FARGATE'] }, {}, making())
    const live = await securityGroup.read(aws, name)
    if (live === undefined) throw new Error('the group is not there')
    const ecs = aws.client(ECSClient)
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'holder',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'app' }],
      }),
    )
    const { Subnets = [] } = await aws.client(EC2Client).send(
      new DescribeSubnetsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [props.vpc] },
          // Not every zone has Fargate.
          { Name: 'availability-zone-id', Values: ['use1-az1'] },
        ],
      }),
    )
    const subnets = [Subnets[0]?.SubnetId ?? '']
    await ecs.send(
      new RunTaskCommand({
        cluster: 'holder',
        taskDefinition: 'holder',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [live.out.id] } },
      }),
    )
    const refusal = await securityGroup.remove(aws, live).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(NotYet)
    expect(String(refusal)).toMatch(/eni-\w+/)
  }))
