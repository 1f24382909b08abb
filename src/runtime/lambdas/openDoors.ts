import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { dynamoTable } from '../lifecycle/dynamoTable.ts'
import { required, settingsFrom } from '../lifecycle/settings.ts'
import type { Doors } from './doors.ts'
import { ecsDoor } from './ecsDoor.ts'

type Environment = Readonly<Record<string, string | undefined>>

const listed = (text: string): string[] => text.split(',').filter(part => part !== '')

/** The real world, as the function's environment tells it. Throws when a variable is missing. */
export const openDoors = (environment: Environment): Doors => {
  const stack = required(environment, 'STACK')
  const Namespace = required(environment, 'METRIC_NAMESPACE')
  const MetricName = required(environment, 'METRIC_NAME')
  const cloudWatch = new CloudWatchClient()
  const ec2 = new EC2Client()
  return {
    stack,
    settings: settingsFrom(environment),
    table: dynamoTable(new DynamoDBClient(), required(environment, 'TABLE_NAME')),
    ecs: ecsDoor(new ECSClient(), {
      stack,
      cluster: required(environment, 'CLUSTER'),
      family: required(environment, 'TASK_FAMILY'),
      subnets: listed(required(environment, 'SUBNETS')),
      securityGroups: listed(required(environment, 'SECURITY_GROUPS')),
      publicIp: environment['PUBLIC_IP'] === 'true',
      containers: listed(environment['AGENT_CONTAINERS'] ?? ''),
    }),
    async publicIpOf(networkInterface) {
      const { NetworkInterfaces = [] } = await ec2.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterface] }),
      )
      return NetworkInterfaces[0]?.Association?.PublicIp ?? null
    },
    async publishPing() {
      const MetricData = [{ MetricName, Value: 1, Unit: 'Count' as const }]
      await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }))
    },
    newId: randomUUID,
    now: () => Date.now() / 1000,
    sleep: async seconds => void (await sleep(seconds * 1000)),
    log: entry => console.log(JSON.stringify(entry)),
  }
}
