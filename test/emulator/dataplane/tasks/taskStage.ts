import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DescribeNetworkInterfacesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  type ContainerDefinition,
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { layerOf } from '../../registry/ociLayout.ts'
import { digestOf, RegistryClient } from '../../registry/registryClient.ts'
import type { Clients } from '../../running.ts'
import { until } from '../../until.ts'

export const LOG_GROUP = '/ecs/stage'
export const ROLE = 'arn:aws:iam::123456789012:role/stage'

export interface Pushing {
  /** By path in the image. */
  readonly files: Readonly<Record<string, string>>
  /** Over `WorkingDir: '/app'`. */
  readonly config?: Record<string, unknown>
  readonly architecture?: string
}

/** A cluster, a log group and a repository in an embedded AWS, and short words for what is done with them. */
export class TaskStage {
  readonly ecs: ECSClient
  readonly logs: CloudWatchLogsClient
  readonly #aws: Clients
  readonly #registry: RegistryClient | null
  readonly #subnets: string[]

  private constructor(aws: Clients, registry: RegistryClient | null, subnets: string[]) {
    this.#aws = aws
    this.ecs = aws.client(ECSClient)
    this.logs = aws.client(CloudWatchLogsClient)
    this.#registry = registry
    this.#subnets = subnets
  }

  /** What another one has made, after a restart. */
  static reopen(aws: Clients): TaskStage {
    return new TaskStage(aws, null, [])
  }

  static async open(aws: Clients): Promise<TaskStage> {
    await aws.client(IAMClient).send(
      new CreateRoleCommand({
        RoleName: 'stage',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    )
    await aws.client(ECSClient).send(new CreateClusterCommand({ clusterName: 'stage' }))
    await aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }))
    const { Subnets = [] } = await aws
      .client(EC2Client)
      .send(new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone-id', Values: ['use1-az1'] }] }))
    const registry = await RegistryClient.create(aws, 'stage')
    return new TaskStage(
      aws,
      registry,
      Subnets.map(({ SubnetId = '' }) => SubnetId),
    )
  }

  /** The URI of an image of files that lie in `/app`, in which `node` runs `main.js` when nothing else is said. */
  async image(tag: string, { files, config = {}, architecture = 'amd64' }: Pushing): Promise<string> {
    const layer = await layerOf(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`app/${path}`, text])),
    )
    return this.imageOf(tag, [layer], { config, architecture })
  }

  async imageOf(
    tag: string,
    layers: readonly Buffer[],
    { config = {}, architecture = 'amd64' }: Partial<Pushing> = {},
  ): Promise<string> {
    const document = {
      architecture,
      os: 'linux',
      config: { WorkingDir: '/app', Cmd: ['node', 'main.js'], Env: ['OF_IMAGE=yes'], ...config },
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    }
    if (this.#registry === null) throw new Error('this stage only looks')
    await this.#registry.push(
      tag,
      new Uint8Array(Buffer.from(JSON.stringify(document))),
      layers.map(layer => new Uint8Array(layer)),
    )
    return `${this.#registry.origin.replace('http://', '')}/stage:${tag}`
  }

  /** A container that logs. */
  container(name: string, image: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition {
    return {
      name,
      image,
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': LOG_GROUP,
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'task',
        },
      },
      ...more,
    }
  }

  /** Starts a task of these containers; its ARN. */
  async run(
    containers: ContainerDefinition[],
    definition: Partial<RegisterTaskDefinitionCommandInput> = {},
    more: Partial<RunTaskCommandInput> = {},
  ): Promise<string> {
    const { taskDefinition } = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'stage',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        executionRoleArn: ROLE,
        containerDefinitions: containers,
        ...definition,
      }),
    )
    const { tasks } = await this.ecs.send(
      new RunTaskCommand({
        cluster: 'stage',
        taskDefinition: taskDefinition?.taskDefinitionArn,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: this.#subnets, assignPublicIp: 'ENABLED' },
        },
        ...more,
      }),
    )
    return tasks?.[0]?.taskArn ?? ''
  }

  async task(arn: string): Promise<Task> {
    const { tasks } = await this.ecs.send(new DescribeTasksCommand({ cluster: 'stage', tasks: [arn] }))
    const [task] = tasks ?? []
    if (!task) throw new Error(`no task ${arn}`)
    return task
  }

  /** The task once it has come to `status`; throws when it has stopped instead. */
  async reached(arn: string, status: string): Promise<Task> {
    let last: Task | undefined
    return until(
      async () => {
        last = await this.task(arn)
        if (last.lastStatus === status) return last
        if (last.lastStatus === 'STOPPED') throw new Error(`it stopped: ${last.stoppedReason}`)
        return undefined
      },
      () => last,
    )
  }

  async stop(arn: string, reason = 'by the test'): Promise<Task> {
    await this.ecs.send(new StopTaskCommand({ cluster: 'stage', task: arn, reason }))
    return this.stopped(arn)
  }

  /** The task once it has stopped. */
  async stopped(arn: string): Promise<Task> {
    let last: Task | undefined
    return until(
      async () => {
        last = await this.task(arn)
        return last.lastStatus === 'STOPPED' ? last : undefined
      },
      () => last,
    )
  }

  /** The lines a container has logged so far. */
  async lines(arn: string, container: string): Promise<string[]> {
    const { events = [] } = await this.logs.send(
      new FilterLogEventsCommand({
        logGroupName: LOG_GROUP,
        logStreamNamePrefix: `task/${container}/${arn.split('/').at(-1)}`,
      }),
    )
    return events.map(({ message = '' }) => message)
  }

  /** The first line of a container that begins with `start`, without it. */
  line(arn: string, container: string, start: string): Promise<string> {
    let lines: string[] = []
    return until(
      async () => {
        lines = await this.lines(arn, container)
        return lines.find(line => line.startsWith(start))?.slice(start.length)
      },
      () => lines,
    )
  }

  /** The task's public address, as EC2 tells it. */
  async address(task: Task): Promise<string> {
    const eni = task.attachments?.[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? ''
    const { NetworkInterfaces } = await this.#aws
      .client(EC2Client)
      .send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }))
    return NetworkInterfaces?.[0]?.Association?.PublicIp ?? ''
  }
}

/** Stays until SIGTERM, and ends with exit code 0 a while after it; says when each was. */
export const stays = (milliseconds = 0): string => `
process.on('SIGTERM', () => {
  console.log('term ' + Date.now())
  setTimeout(() => { console.log('gone ' + Date.now()); process.exit(0) }, ${milliseconds})
})
setInterval(() => {}, 1000)
console.log('up ' + Date.now())
`
