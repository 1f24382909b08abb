import { capacity, consumed, readUnits } from './capacity.ts'
import { invalid, refuseLegacy } from './invalid.ts'
import { checkItem, checkKey, keyOf, keyText } from './keys.ts'
import { Placeholders } from './placeholders.ts'
import { parseProjection, project } from './projection.ts'
import { type DynamoService, itemsOf, usableTable } from './table.ts'
import { type Item, itemFrom, itemSize, sdkItem } from './value.ts'
import { keep, tryWrite } from './write.ts'
import { deleteWrite, putWrite, updateWrite } from './writes.ts'

const attributes = (item: Item | undefined) => (item === undefined ? {} : { Attributes: sdkItem(item) })

const onlyOld = (wanted: string | undefined): boolean => {
  if (wanted !== undefined && wanted !== 'NONE' && wanted !== 'ALL_OLD')
    throw invalid('Return values set to invalid value')
  return wanted === 'ALL_OLD'
}

/** Reads and writes of one item, and of many without a transaction. */
export const items = {
  GetItem: (input, call) => {
    refuseLegacy(input, ['AttributesToGet'])
    const placeholders = new Placeholders(input.ExpressionAttributeNames, undefined)
    const paths =
      input.ProjectionExpression === undefined
        ? null
        : parseProjection(input.ProjectionExpression, placeholders)
    placeholders.checkAllUsed({ ProjectionExpression: input.ProjectionExpression })
    const row = usableTable(call, input.TableName)
    const key = checkKey(row, itemFrom(input.Key ?? {}))
    const item = itemsOf(call, row).get(keyText(row, key))
    const units = readUnits(itemSize(item ?? {}), input.ConsistentRead ? 1 : 0.5)
    return {
      ...(item && { Item: sdkItem(paths ? project(item, paths) : item) }),
      ...consumed(input.ReturnConsumedCapacity, row.name, units),
    }
  },

  PutItem: (input, call) => {
    const old = onlyOld(input.ReturnValues)
    const write = putWrite(call, input)
    const written = tryWrite(call, write)
    keep(call, write, written)
    return {
      ...(old && attributes(written.before)),
      ...consumed(input.ReturnConsumedCapacity, write.row.name, written.units),
    }
  },

  DeleteItem: (input, call) => {
    const old = onlyOld(input.ReturnValues)
    const write = deleteWrite(call, input)
    const written = tryWrite(call, write)
    keep(call, write, written)
    return {
      ...(old && attributes(written.before)),
      ...consumed(input.ReturnConsumedCapacity, write.row.name, written.units),
    }
  },

  UpdateItem: (input, call) => {
    const { write, paths } = updateWrite(call, input)
    const written = tryWrite(call, write)
    keep(call, write, written)
    const side = input.ReturnValues?.endsWith('_OLD') ? written.before : written.after
    const touched = side && project(side, paths)
    const answer = {
      NONE: undefined,
      ALL_OLD: side,
      ALL_NEW: side,
      UPDATED_OLD: touched,
      UPDATED_NEW: touched,
    }[input.ReturnValues ?? 'NONE']
    return {
      ...(answer && Object.keys(answer).length > 0 && attributes(answer)),
      ...consumed(input.ReturnConsumedCapacity, write.row.name, written.units),
    }
  },

  BatchGetItem: (input, call) => {
    const asked = Object.entries(input.RequestItems ?? {})
    const count = asked.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0)
    if (count > 100) throw invalid('Too many items requested for the BatchGetItem call')
    const found = asked.map(([name, request]) => {
      refuseLegacy(request, ['AttributesToGet'])
      const placeholders = new Placeholders(request.ExpressionAttributeNames, undefined)
      const paths =
        request.ProjectionExpression === undefined
          ? null
          : parseProjection(request.ProjectionExpression, placeholders)
      placeholders.checkAllUsed({ ProjectionExpression: request.ProjectionExpression })
      const row = usableTable(call, name)
      const keys = (request.Keys ?? []).map(key => keyText(row, checkKey(row, itemFrom(key))))
      if (new Set(keys).size < keys.length) throw invalid('Provided list of item keys contains duplicates')
      const held = keys.map(key => itemsOf(call, row).get(key)).filter(item => item !== undefined)
      const units = held.reduce(
        (sum, item) => sum + readUnits(itemSize(item), request.ConsistentRead ? 1 : 0.5),
        0,
      )
      return { name, units, items: held.map(item => sdkItem(paths ? project(item, paths) : item)) }
    })
    const report = input.ReturnConsumedCapacity
    return {
      Responses: Object.fromEntries(found.map(({ name, items: held }) => [name, held])),
      UnprocessedKeys: {},
      ...(report &&
        report !== 'NONE' && {
          ConsumedCapacity: found.map(({ name, units }) => capacity(report, name, units)),
        }),
    }
  },

  BatchWriteItem: (input, call) => {
    const asked = Object.entries(input.RequestItems ?? {})
    const count = asked.reduce((sum, [, requests]) => sum + requests.length, 0)
    if (count === 0 || count > 25) throw invalid('Too many items requested for the BatchWriteItem call')
    const changes = asked.flatMap(([name, requests]) => {
      const row = usableTable(call, name)
      const wanted = requests.map(({ PutRequest, DeleteRequest }) => {
        if (!PutRequest === !DeleteRequest)
          throw invalid(
            'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
          )
        const item = PutRequest ? checkItem(row, itemFrom(PutRequest.Item ?? {})) : null
        const key = item ? keyOf(row.keys, item) : checkKey(row, itemFrom(DeleteRequest?.Key ?? {}))
        return { row, key: keyText(row, key), item }
      })
      if (new Set(wanted.map(({ key }) => key)).size < wanted.length)
        throw invalid('Provided list of item keys contains duplicates')
      return wanted
    })
    for (const { row, key, item } of changes)
      if (item) itemsOf(call, row).set(key, item)
      else itemsOf(call, row).delete(key)
    const report = input.ReturnConsumedCapacity
    return {
      UnprocessedItems: {},
      ...(report &&
        report !== 'NONE' && {
          ConsumedCapacity: asked.map(([name, requests]) => capacity(report, name, requests.length)),
        }),
    }
  },
} satisfies DynamoService
