import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { isAwsError } from '../awsError.ts'
import { UserError } from '../errors.ts'
import type { Aws } from '../resource.ts'
import type { Backend } from './backend.ts'
import { type Life, lifeOf } from './life.ts'
import { plainItem } from './plainItem.ts'

/** The backend's life as it is this moment. Throws UserError when there is no such stack. */
export const readLife = async (aws: Aws, { table, stack }: Backend): Promise<Life> => {
  try {
    const { Item = {} } = await aws
      .client(DynamoDBClient)
      .send(new GetItemCommand({ TableName: table, Key: { task_id: { S: 'main' } }, ConsistentRead: true }))
    return lifeOf(plainItem(Item))
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) throw noStack(stack, `table ${table}`, error)
    throw error
  }
}

/** Says that `what`, without which no stack is one, is not there. */
export const noStack = (stack: string, what: string, cause: unknown): UserError =>
  new UserError(
    `There is no stack ${stack} in this account and region: its ${what} is not there.`,
    'Make it with `storyarch up`, or choose another account or region; `storyarch ls` lists what is here.',
    { cause },
  )
