import { getItem } from '../../src/runtime/aws/dynamoDb.ts'
import { describeTasks } from '../../src/runtime/aws/ecs.ts'
import { putMetric } from '../../src/runtime/aws/metric.ts'
import { publicIpOf } from '../../src/runtime/aws/networkInterface.ts'
import { lambdaAws } from '../../src/runtime/lambdas/aws.ts'

const aws = lambdaAws(() => {})

/** One call to each of the services a start asks, one after another. */
export const handler = async () => {
  const signal = AbortSignal.timeout(10_000)
  await getItem(aws, { TableName: 'state', Key: { task_id: { S: 'main' } } }, signal)
  await describeTasks(aws, { cluster: 'notes', tasks: ['one'] }, signal)
  await publicIpOf(aws, 'eni-1', signal)
  await putMetric(aws, { namespace: 'notes', name: 'TaskPing', value: 1, resolutionSeconds: 60 }, signal)
}
