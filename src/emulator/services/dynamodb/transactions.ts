import { createHash } from 'node:crypto'
import type { CancellationReason, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { AwsError, type Call } from '../../service.ts'
import { capacity, readUnits } from './capacity.ts'
import { invalid } from './invalid.ts'
import { checkKey, keyText } from './keys.ts'
import { Placeholders } from './placeholders.ts'
import { parseProjection, project } from './projection.ts'
import { type DynamoService, itemsOf, usableTable } from './table.ts'
import { itemFrom, itemSize, sdkItem } from './value.ts'
import { keep, tryWrite, type Write, type Written } from './write.ts'
import { checkWrite, deleteWrite, putWrite, updateWrite } from './writes.ts'

/** How long AWS remembers a ClientRequestToken. A promise to callers, so it is not scaled as delays are. */
const TOKEN_MS = 10 * 60_000

interface Remembered {
  request: string
  until: number
}

const writeOf = (call: Call, asked: TransactWriteItem): Write => {
  const { Put, Update, Delete, ConditionCheck } = asked
  if ([Put, Update, Delete, ConditionCheck].filter(Boolean).length !== 1)
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  if (Put) return putWrite(call, Put)
  if (Update) return updateWrite(call, Update).write
  if (Delete) return deleteWrite(call, Delete)
  return checkWrite(call, ConditionCheck ?? { TableName: undefined, Key: undefined })
}

/** All or nothing: the first fault of any item cancels all, and every item's own reason is told. */
const tryAll = (call: Call, writes: readonly Write[]): Written[] => {
  const outcomes = writes.map((write): Written | CancellationReason => {
    try {
      return tryWrite(call, write)
    } catch (fault) {
      if (!(fault instanceof AwsError)) throw fault
      const Code =
        fault.code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError'
      return { Code, Message: fault.message, ...fault.fields }
    }
  })
  const written = outcomes.filter(outcome => 'units' in outcome)
  if (written.length === writes.length) return written
  const reasons = outcomes.map(outcome => ('units' in outcome ? { Code: 'None' } : outcome))
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { fields: { CancellationReasons: reasons } },
  )
}

const checkCount = (count: number): void => {
  if (count < 1 || count > 100)
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${count < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
    )
}

export const transactions = {
  TransactWriteItems: (input, call) => {
    const asked = input.TransactItems ?? []
    checkCount(asked.length)
    const token = input.ClientRequestToken
    const tokens = call.table<Remembered>('transactions')
    const request = createHash('sha256').update(JSON.stringify(asked)).digest('hex')
    for (const [old, { until }] of tokens.entries()) if (until <= call.now) tokens.delete(old)
    const remembered = token === undefined ? undefined : tokens.get(token)
    if (remembered && remembered.request !== request)
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The provided idempotent token was used with different parameters',
      )
    if (remembered) return {}
    const writes = asked.map(item => writeOf(call, item))
    const touched = writes.map(({ row, key }) => row.id + keyText(row, key))
    if (new Set(touched).size < touched.length)
      throw invalid('Transaction request cannot include multiple operations on one item')
    const written = tryAll(call, writes)
    for (const [index, write] of writes.entries()) {
      const done = written[index]
      if (done) keep(call, write, done)
    }
    if (token !== undefined) tokens.set(token, { request, until: call.now + TOKEN_MS })
    const report = input.ReturnConsumedCapacity
    return report === undefined || report === 'NONE'
      ? {}
      : {
          ConsumedCapacity: writes.map(({ row }, index) =>
            capacity(report, row.name, 2 * (written[index]?.units ?? 1)),
          ),
        }
  },

  TransactGetItems: (input, call) => {
    const asked = input.TransactItems ?? []
    checkCount(asked.length)
    const found = asked.map(({ Get }) => {
      const placeholders = new Placeholders(Get?.ExpressionAttributeNames, undefined)
      const paths =
        Get?.ProjectionExpression === undefined
          ? null
          : parseProjection(Get.ProjectionExpression, placeholders)
      placeholders.checkAllUsed({ ProjectionExpression: Get?.ProjectionExpression })
      const row = usableTable(call, Get?.TableName)
      const item = itemsOf(call, row).get(keyText(row, checkKey(row, itemFrom(Get?.Key ?? {}))))
      return { row, item: item && (paths ? project(item, paths) : item), bytes: itemSize(item ?? {}) }
    })
    const report = input.ReturnConsumedCapacity
    return {
      Responses: found.map(({ item }) => (item ? { Item: sdkItem(item) } : {})),
      ...(report &&
        report !== 'NONE' && {
          ConsumedCapacity: found.map(({ row, bytes }) => capacity(report, row.name, readUnits(bytes, 2))),
        }),
    }
  },
} satisfies DynamoService
