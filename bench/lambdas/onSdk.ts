import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeTasksCommand,
  type DescribeTasksCommandInput,
  ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type StopTaskCommandInput,
} from '@aws-sdk/client-ecs'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Datum } from '../../src/runtime/aws/metric.ts'

/**
 * Takes the place of every module of src/runtime/aws that a handler imports: the same operations by the SDK, each client
 * made when the module is loaded, as one does in a Lambda. A bundler leaves out what the handler does not use.
 */
const dynamo = /* @__PURE__ */ new DynamoDBClient()
const tasks = /* @__PURE__ */ new ECSClient()
const ec2 = /* @__PURE__ */ new EC2Client()
const metrics = /* @__PURE__ */ new CloudWatchClient()
const parameters = /* @__PURE__ */ new SSMClient()

export const openAws = () => null

export const isAwsError = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && '$metadata' in error && (codes.length === 0 || codes.includes(error.name))

export const parameterValue = async (_: unknown, Name: string, abortSignal: AbortSignal) => {
  const { Parameter } = await parameters.send(new GetParameterCommand({ Name, WithDecryption: true }), {
    abortSignal,
  })
  return Parameter?.Value ?? ''
}

export const getItem = (_: unknown, input: GetItemCommandInput, abortSignal: AbortSignal) =>
  dynamo.send(new GetItemCommand(input), { abortSignal })

export const updateItem = (_: unknown, input: UpdateItemCommandInput, abortSignal: AbortSignal) =>
  dynamo.send(new UpdateItemCommand(input), { abortSignal })

export const runTask = (_: unknown, input: RunTaskCommandInput, abortSignal: AbortSignal) =>
  tasks.send(new RunTaskCommand(input), { abortSignal })

export const describeTasks = (_: unknown, input: DescribeTasksCommandInput, abortSignal: AbortSignal) =>
  tasks.send(new DescribeTasksCommand(input), { abortSignal })

export const listTasks = (_: unknown, input: ListTasksCommandInput, abortSignal: AbortSignal) =>
  tasks.send(new ListTasksCommand(input), { abortSignal })

export const stopTask = (_: unknown, input: StopTaskCommandInput, abortSignal: AbortSignal) =>
  tasks.send(new StopTaskCommand(input), { abortSignal })

export const publicIpOf = async (_: unknown, id: string, abortSignal: AbortSignal) => {
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    { abortSignal },
  )
  return NetworkInterfaces[0]?.Association?.PublicIp ?? null
}

export const putMetric = (_: unknown, { namespace, name, value }: Datum, abortSignal: AbortSignal) =>
  metrics.send(
    new PutMetricDataCommand({ Namespace: namespace, MetricData: [{ MetricName: name, Value: value }] }),
    { abortSignal },
  )
