import type {
  DescribeTasksCommandInput,
  DescribeTasksCommandOutput,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  RunTaskCommandInput,
  RunTaskCommandOutput,
  StopTaskCommandInput,
  StopTaskCommandOutput,
} from '@aws-sdk/client-ecs'
import type { Aws } from './openAws.ts'
import { askJson } from './wire.ts'

const ECS = { name: 'ecs', target: 'AmazonEC2ContainerServiceV20141113', version: '1.1' } as const

/** Without a `clientToken` it may start two tasks when its answer gets lost. What did not start is in `failures`. */
export const runTask = (
  aws: Aws,
  input: RunTaskCommandInput & Required<Pick<RunTaskCommandInput, 'clientToken'>>,
  signal: AbortSignal,
) => askJson<RunTaskCommandOutput>(aws, ECS, 'RunTask', input, signal)

/** At most 100 tasks at once; those ECS has forgotten are in `failures`. */
export const describeTasks = (aws: Aws, input: DescribeTasksCommandInput, signal: AbortSignal) =>
  askJson<DescribeTasksCommandOutput>(aws, ECS, 'DescribeTasks', input, signal)

/** One page; the next begins with `nextToken`. */
export const listTasks = (aws: Aws, input: ListTasksCommandInput, signal: AbortSignal) =>
  askJson<ListTasksCommandOutput>(aws, ECS, 'ListTasks', input, signal)

/** A task that is stopping already is no error. */
export const stopTask = (aws: Aws, input: StopTaskCommandInput, signal: AbortSignal) =>
  askJson<StopTaskCommandOutput>(aws, ECS, 'StopTask', input, signal)
