import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs'
import { isAwsError } from '../awsError.ts'
import type { Backend, Doors } from './backend.ts'
import { callFunction } from './callFunction.ts'
import type { Life } from './life.ts'

/**
 * Has the backend stopped, with `by` as the recorded cause. That is the task monitor's work; where it is not there or
 * fails, it is done from here, so that a backend can be stopped while no function of the stack works.
 */
export const askToStop = async (doors: Doors, backend: Backend, life: Life, by: string): Promise<void> => {
  const called = await callFunction(doors.aws, backend.taskMonitor, { action: 'stop', by })
  if (called.outcome === 'answered') return
  const why = called.outcome === 'absent' ? 'is not there' : `failed (${called.why})`
  doors.report({ type: 'note', text: `The task monitor ${why}; stopping the task without it.` })
  await stopFromHere(doors, backend, life, `${by} stopped it.`)
}

/** As the monitor does it: first the record, on condition that the life is the one that was seen, then ECS. */
const stopFromHere = async (doors: Doors, backend: Backend, life: Life, reason: string): Promise<void> => {
  const { generation, taskArn } = life
  try {
    await doors.aws.client(DynamoDBClient).send(
      new UpdateItemCommand({
        TableName: backend.table,
        Key: { task_id: { S: 'main' } },
        UpdateExpression:
          'SET #state = :stopping, stopping_at = :now, stop_cause = if_not_exists(stop_cause, :asked), stopped_by = if_not_exists(stopped_by, :user), stop_reason = if_not_exists(stop_reason, :reason), want_again = :no',
        ConditionExpression: 'generation = :generation AND #state <> :asleep',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':stopping': { S: 'STOPPING' },
          ':asleep': { S: 'ASLEEP' },
          ':now': { N: String(Math.floor(doors.clock.nowMs() / 1000)) },
          ':asked': { S: 'asked' },
          ':user': { S: 'user' },
          ':reason': { S: reason },
          ':no': { BOOL: false },
          ':generation': { N: String(generation) },
        },
      }),
    )
  } catch (error) {
    // It ended meanwhile, or another life began, which nobody asked to stop.
    if (error instanceof ConditionalCheckFailedException) return
    throw error
  }
  if (taskArn !== null) await stopTask(doors, backend, taskArn, reason)
}

const stopTask = async (
  { aws }: Doors,
  { cluster }: Backend,
  task: string,
  reason: string,
): Promise<void> => {
  try {
    await aws.client(ECSClient).send(new StopTaskCommand({ cluster, task, reason }))
  } catch (error) {
    // ECS does not know it any more: it has stopped.
    if (!isAwsError(error, 'InvalidParameterException')) throw error
  }
}
