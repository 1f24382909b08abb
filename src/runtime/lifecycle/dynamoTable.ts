import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { isAwsError } from '../aws/awsError.ts'
import { getItem, updateItem } from '../aws/dynamoDb.ts'
import type { Aws } from '../aws/openAws.ts'
import type { Item, Value } from './item.ts'
import type { TaskTable, Write } from './store.ts'

const KEY = { task_id: { S: 'main' } }

/**
 * The stack's one item in its table. The table's other items, such as the lease of `up`, are never touched. `deadline`
 * makes the signal that ends a call.
 */
export const dynamoTable = (aws: Aws, table: string, deadline: () => AbortSignal): TaskTable => ({
  async read() {
    const { Item = {} } = await getItem(aws, { TableName: table, Key: KEY, ConsistentRead: true }, deadline())
    return itemOf(Item as Fields)
  },

  async write(write) {
    try {
      await updateItem(aws, { TableName: table, Key: KEY, ...expressionsOf(write) }, deadline())
      return null
    } catch (error) {
      if (!isAwsError(error, 'ConditionalCheckFailedException')) throw error
      return itemOf((error.details['Item'] ?? {}) as Fields)
    }
  },
})

type Fields = Readonly<Record<string, AttributeValue>>

type Expressions = Pick<
  UpdateItemCommandInput,
  | 'ConditionExpression'
  | 'UpdateExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
  | 'ReturnValuesOnConditionCheckFailure'
>

/** A write in DynamoDB's words. Every name is a placeholder: `state` and others are reserved. */
export const expressionsOf = ({ expect, set }: Write): Expressions => {
  const names: Record<string, string> = {}
  const values: Record<string, AttributeValue> = {}
  const named = (field: string) => {
    names[`#${field}`] = field
    return `#${field}`
  }
  const valued = (prefix: string, field: string, value: Value) => {
    values[`:${prefix}_${field}`] = attributeOf(value)
    return `:${prefix}_${field}`
  }
  // A NULL is read as nothing, so it must count as nothing here, or no write would ever be let through.
  const absent = (name: string) => {
    values[':nothing'] = { NULL: true }
    return `(attribute_not_exists(${name}) OR ${name} = :nothing)`
  }
  const conditions = Object.entries(expect).map(([field, value]) =>
    value === null ? absent(named(field)) : `${named(field)} = ${valued('is', field, value)}`,
  )
  const fields = Object.entries(set)
  const sets = fields.flatMap(([field, value]) =>
    value === null ? [] : [`${named(field)} = ${valued('to', field, value)}`],
  )
  const removed = fields.flatMap(([field, value]) => (value === null ? [named(field)] : []))
  return {
    ConditionExpression: conditions.join(' AND '),
    UpdateExpression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
    ].join(' '),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

const attributeOf = (value: Value): AttributeValue => {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (Array.isArray(value)) return { L: value.map(attributeOf) }
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, attributeOf(inner)])) }
}

/** Without its key. */
const itemOf = ({ task_id: _, ...fields }: Fields): Item => readFields(fields)

const readFields = (item: Fields): Item => {
  const read: Record<string, Value> = {}
  for (const [field, attribute] of Object.entries(item)) {
    const value = readValue(attribute)
    // Sets, bytes and nulls are nobody's of the lifecycle.
    if (value !== null) read[field] = value
  }
  return read
}

const readValue = (attribute: AttributeValue): Value | null => {
  if (attribute.S !== undefined) return attribute.S
  if (attribute.N !== undefined) return Number(attribute.N)
  if (attribute.BOOL !== undefined) return attribute.BOOL
  if (attribute.L !== undefined) return attribute.L.map(readValue).filter(value => value !== null)
  return attribute.M === undefined ? null : readFields(attribute.M)
}
