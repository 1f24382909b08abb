import type { AttributeValue, Delete, Put, Update } from '@aws-sdk/client-dynamodb'
import type { Call } from '../../service.ts'
import { applyUpdate } from './applyUpdate.ts'
import { type Condition, parseCondition } from './condition.ts'
import { invalid, refuseLegacy } from './invalid.ts'
import { checkItem, checkKey, keyOf } from './keys.ts'
import type { Path } from './path.ts'
import { Placeholders } from './placeholders.ts'
import { usableTable } from './table.ts'
import { parseUpdate } from './update.ts'
import { itemFrom } from './value.ts'
import type { Write } from './write.ts'

interface Expressions {
  ConditionExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined
  ReturnValuesOnConditionCheckFailure?: string | undefined
}

const LEGACY = ['Expected', 'ConditionalOperator', 'AttributeUpdates']

const conditionIn = (input: Expressions, placeholders: Placeholders): Condition | null =>
  input.ConditionExpression === undefined
    ? null
    : parseCondition('ConditionExpression', input.ConditionExpression, placeholders)

const read = (input: Expressions) => {
  refuseLegacy(input, LEGACY)
  const placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  return { placeholders, tellsItem: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' }
}

/** PutItem's write, alone or in a transaction. Throws ValidationException. */
export const putWrite = (call: Call, input: Put): Write => {
  const { placeholders, tellsItem } = read(input)
  const condition = conditionIn(input, placeholders)
  placeholders.checkAllUsed({ ConditionExpression: input.ConditionExpression })
  const row = usableTable(call, input.TableName)
  const item = checkItem(row, itemFrom(input.Item ?? {}))
  return { row, key: keyOf(row.keys, item), condition, tellsItem, become: () => item }
}

export const deleteWrite = (call: Call, input: Delete): Write => {
  const { placeholders, tellsItem } = read(input)
  const condition = conditionIn(input, placeholders)
  placeholders.checkAllUsed({ ConditionExpression: input.ConditionExpression })
  const row = usableTable(call, input.TableName)
  return { row, key: checkKey(row, itemFrom(input.Key ?? {})), condition, tellsItem, become: () => undefined }
}

/** A transaction's ConditionCheck: the item stays as it is. */
export const checkWrite = (call: Call, input: Delete): Write => ({
  ...deleteWrite(call, input),
  become: before => before,
})

/** UpdateItem's write, and the paths it touches. Without an expression it makes an item of its key alone. */
export const updateWrite = (
  call: Call,
  input: Partial<Update> & Expressions,
): { write: Write; paths: readonly Path[] } => {
  const { placeholders, tellsItem } = read(input)
  const actions =
    input.UpdateExpression === undefined ? [] : parseUpdate(input.UpdateExpression, placeholders)
  const condition = conditionIn(input, placeholders)
  placeholders.checkAllUsed({
    UpdateExpression: input.UpdateExpression,
    ConditionExpression: input.ConditionExpression,
  })
  const row = usableTable(call, input.TableName)
  const key = checkKey(row, itemFrom(input.Key ?? {}))
  const paths = actions.map(action => action.path)
  const touched = paths.find(([name]) => name === row.keys.hash || name === row.keys.range)
  if (touched)
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${touched[0]}. This attribute is part of the key`,
    )
  return {
    write: {
      row,
      key,
      condition,
      tellsItem,
      become: before => checkItem(row, applyUpdate(before ?? key, actions)),
    },
    paths,
  }
}
