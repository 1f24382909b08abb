import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb'
import type { Aws } from './openAws.ts'
import { askJson } from './wire.ts'

const DYNAMO_DB = { name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' } as const

/** Reads one item. */
export const getItem = (aws: Aws, input: GetItemCommandInput, signal: AbortSignal) =>
  askJson<GetItemCommandOutput>(aws, DYNAMO_DB, 'GetItem', input, signal)

/**
 * Changes one item. A condition that does not hold is the AwsError `ConditionalCheckFailedException`, and so may be the
 * second sending of a change whose answer got lost.
 */
export const updateItem = (aws: Aws, input: UpdateItemCommandInput, signal: AbortSignal) =>
  askJson<UpdateItemCommandOutput>(aws, DYNAMO_DB, 'UpdateItem', input, signal)
