import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import type { table } from '../../../src/provisioners/table.ts'
import { table as tableKind } from '../../../src/provisioners/table.ts'
import { openAws } from '../../../src/runtime/aws/openAws.ts'
import type { ManagerDoors } from '../../../src/runtime/lambdas/act.ts'
import type { LogEntry } from '../../../src/runtime/lambdas/doors.ts'
import { openDoors } from '../../../src/runtime/lambdas/openDoors.ts'
import { making } from '../../provisioners/making.ts'

type Aws = Parameters<typeof table.create>[0]
type Item = Record<string, AttributeValue>

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' }

/** What `up` makes, as far as the two functions touch it: table, cluster, task definition. */
export const stackOnAws = async (aws: Aws, endpoint: string, name: string) => {
  const dynamo = aws.client(DynamoDBClient)
  const ecs = aws.client(ECSClient)
  const props = { key: 'task_id', billing: 'PAY_PER_REQUEST', ttl: null, deletionProtection: false } as const
  await tableKind.create(aws, name, props, {}, making())
  await ecs.send(
    new CreateClusterCommand({ clusterName: name, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }),
  )
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '1024',
      containerDefinitions: [{ name: 'app', image: 'nowhere.invalid/app:1' }],
    }),
  )
  const ec2 = aws.client(EC2Client)
  const filter = (Name: string, value: string) => ({ Filters: [{ Name, Values: [value] }] })
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand(filter('default-for-az', 'true')))
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand(filter('group-name', 'default')),
  )
  const environment: Record<string, string> = {
    ...CREDENTIALS,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    STACK: `${name}/test`,
    TABLE_NAME: name,
    CLUSTER: name,
    TASK_FAMILY: name,
    AGENT_CONTAINERS: 'app',
    SUBNETS: Subnets.map(({ SubnetId }) => SubnetId).join(),
    SECURITY_GROUPS: SecurityGroups.map(({ GroupId }) => GroupId).join(),
    PUBLIC_IP: 'true',
    METRIC_NAMESPACE: `storyarch/${name}/test`,
    METRIC_NAME: 'TaskPing',
    LIFETIME_SECONDS: '300',
    MAX_LIFETIME_SECONDS: '3600',
    START_DEADLINE_SECONDS: '180',
    SPOT: 'false',
    PORT: '8000',
    API_AUTH: 'none',
  }
  return {
    environment,
    place: { cluster: name, family: name },
    /** The real doors, in this process. */
    doors(changes: Partial<ManagerDoors> = {}): ManagerDoors & { readonly logged: LogEntry[] } {
      const logged: LogEntry[] = []
      const manners = { patience: { attempts: 4, pauseMs: 100, deniedAttempts: 1 }, timeoutMs: 10_000 }
      const own = openAws(environment, { ...manners, onRetry: () => {} })
      const opened = openDoors(environment, own, entry => void logged.push(entry))
      return { ...opened, port: 8000, addressSeconds: 4, ...changes, logged }
    },
    async put(item: Item): Promise<void> {
      await dynamo.send(new PutItemCommand({ TableName: name, Item: { task_id: { S: 'main' }, ...item } }))
    },
    async item(id = 'main'): Promise<Item> {
      const asked = { TableName: name, Key: { task_id: { S: id } }, ConsistentRead: true }
      return (await dynamo.send(new GetItemCommand(asked))).Item ?? {}
    },
    /** All tasks ECS ever made here and still tells of. */
    async tasks() {
      const listed = await Promise.all(
        (['RUNNING', 'STOPPED'] as const).map(desiredStatus =>
          ecs.send(new ListTasksCommand({ cluster: name, desiredStatus })),
        ),
      )
      const arns = listed.flatMap(({ taskArns = [] }) => taskArns)
      if (arns.length === 0) return []
      return (await ecs.send(new DescribeTasksCommand({ cluster: name, tasks: arns }))).tasks ?? []
    },
  }
}

export type StackOnAws = Awaited<ReturnType<typeof stackOnAws>>

/** A request as API Gateway hands it over. */
export const request = (
  query: Readonly<Record<string, string>>,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
) => ({
  version: '2.0',
  rawPath: '/start',
  rawQueryString: new URLSearchParams(query).toString(),
  ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
  headers,
  requestContext: { http: { method, sourceIp: '192.0.2.7', userAgent: 'curl/8' } },
})
