import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import type { Call } from '../../service.ts'
import { consumed, readUnits } from './capacity.ts'
import { type Condition, type Operand, parseCondition } from './condition.ts'
import { holds } from './holds.ts'
import { invalid, refuseLegacy } from './invalid.ts'
import { keyConditionHash } from './keyCondition.ts'
import { compareByKey, keyOf, partitionPlace } from './keys.ts'
import type { Path } from './path.ts'
import { Placeholders } from './placeholders.ts'
import { parseProjection, project } from './projection.ts'
import {
  type DynamoService,
  type IndexRow,
  itemsOf,
  type KeyNames,
  type TableRow,
  usableTable,
} from './table.ts'
import { equalValues, type Item, itemFrom, itemSize, sdkItem } from './value.ts'

const PAGE_BYTES = 1024 * 1024
const LEGACY = ['AttributesToGet', 'KeyConditions', 'QueryFilter', 'ScanFilter', 'ConditionalOperator']

/** What a query and a scan have in common, read and checked. */
interface Search {
  readonly row: TableRow
  readonly index: IndexRow | null
  readonly keys: KeyNames
  readonly filter: Condition | null
  readonly paths: readonly Path[] | null
  readonly placeholders: Placeholders
}

const readSearch = (call: Call, input: QueryCommandInput | ScanCommandInput): Search => {
  refuseLegacy(input, LEGACY)
  const placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  const filter =
    input.FilterExpression === undefined
      ? null
      : parseCondition('FilterExpression', input.FilterExpression, placeholders)
  const paths =
    input.ProjectionExpression === undefined
      ? null
      : parseProjection(input.ProjectionExpression, placeholders)
  if (input.Limit !== undefined && input.Limit < 1)
    throw invalid(
      `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    )
  if (paths && input.Select !== undefined && input.Select !== 'SPECIFIC_ATTRIBUTES')
    throw invalid(
      `Cannot specify the ProjectionExpression when choosing to get ${input.Select === 'COUNT' ? 'only the Count' : input.Select}`,
    )
  const row = usableTable(call, input.TableName)
  const index = row.indexes.find(({ name }) => name === input.IndexName) ?? null
  if (input.IndexName !== undefined && index === null)
    throw invalid(`The table does not have the specified index: ${input.IndexName}`)
  if (index?.global && input.ConsistentRead)
    throw invalid('Consistent reads are not supported on global secondary indexes')
  return { row, index, keys: index?.keys ?? row.keys, filter, paths, placeholders }
}

/** What an index holds of an item; undefined when the item is not in it. */
const seenBy = ({ row, index }: Search, item: Item): Item | undefined => {
  if (index === null) return item
  const needed = index.keys.range === null ? 1 : 2
  const keys = keyOf(index.keys, item)
  if (Object.keys(keys).length < needed) return undefined
  if (index.projection.type === 'ALL') return item
  const names = index.projection.attributes.map(name => [name])
  return { ...keyOf(row.keys, item), ...keys, ...project(item, names) }
}

/** One page: at most `Limit` items and 1 MB are looked at, and the filter comes after. */
const page = (
  search: Search,
  candidates: readonly Item[],
  input: QueryCommandInput | ScanCommandInput,
  forward: boolean,
) => {
  const { row, keys } = search
  const compare = compareByKey(row, keys)
  const direction = forward ? 1 : -1
  const from = input.ExclusiveStartKey && itemFrom(input.ExclusiveStartKey)
  if (from && Object.keys(keyOf(keys, from)).length < (keys.range === null ? 1 : 2))
    throw invalid('The provided starting key is invalid')
  const rest = candidates
    .filter(item => from === undefined || compare(item, from) * direction > 0)
    .sort((left, right) => compare(left, right) * direction)
  const looked: Item[] = []
  let bytes = 0
  for (const item of rest) {
    looked.push(item)
    bytes += itemSize(item)
    if (looked.length === input.Limit || bytes > PAGE_BYTES) break
  }
  const last = looked.at(-1)
  // AWS stops at Limit without looking further, so the last page may name a next one that is empty.
  const stopped = last !== undefined && (looked.length === input.Limit || looked.length < rest.length)
  const hits = looked.filter(item => search.filter === null || holds(search.filter, item))
  return {
    ...(input.Select !== 'COUNT' && {
      Items: hits.map(item => sdkItem(search.paths ? project(item, search.paths) : item)),
    }),
    Count: hits.length,
    ScannedCount: looked.length,
    ...(stopped && { LastEvaluatedKey: sdkItem({ ...keyOf(row.keys, last), ...keyOf(keys, last) }) }),
    ...consumed(input.ReturnConsumedCapacity, row.name, readUnits(bytes, input.ConsistentRead ? 1 : 0.5)),
  }
}

/** The attributes a filter looks at first-hand. */
const namesIn = (condition: Condition): string[] => {
  const names = (...operands: Operand[]) =>
    operands.flatMap(operand => ('path' in operand ? [String(operand.path[0])] : []))
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...namesIn(condition.left), ...namesIn(condition.right)]
    case 'not':
      return namesIn(condition.of)
    case 'compare':
      return names(condition.left, condition.right)
    case 'test':
      return names(condition.path)
    case 'between':
    case 'in':
      return names(condition.operand)
  }
}

export const search = {
  Query: (input, call) => {
    const read = readSearch(call, input)
    if (input.KeyConditionExpression === undefined)
      throw invalid(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      )
    const condition = parseCondition(
      'KeyConditionExpression',
      input.KeyConditionExpression,
      read.placeholders,
    )
    read.placeholders.checkAllUsed({ KeyConditionExpression: input.KeyConditionExpression })
    const { keys, row } = read
    const filtered = read.filter ? namesIn(read.filter) : []
    const key = filtered.find(name => name === keys.hash || name === keys.range)
    if (key !== undefined)
      throw invalid(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
      )
    const hash = keyConditionHash(condition, keys, row.attributes)
    const candidates = itemsOf(call, row)
      .values()
      .map(item => seenBy(read, item))
      .filter(item => item !== undefined)
      .filter(item => {
        const held = item[keys.hash]
        return held !== undefined && equalValues(held, hash) && holds(condition, item)
      })
    return page(read, candidates, input, input.ScanIndexForward ?? true)
  },

  Scan: (input, call) => {
    const read = readSearch(call, input)
    read.placeholders.checkAllUsed({
      FilterExpression: input.FilterExpression,
      ProjectionExpression: input.ProjectionExpression,
    })
    const { Segment: segment, TotalSegments: total } = input
    if ((segment === undefined) !== (total === undefined))
      throw invalid(
        segment === undefined
          ? 'The Segment parameter is required but was not present in the request when parameter TotalSegments is present'
          : 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
      )
    if (segment !== undefined && total !== undefined && segment >= total)
      throw invalid(
        `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
      )
    const mine = (item: Item) =>
      segment === undefined ||
      total === undefined ||
      Math.floor(partitionPlace(item[read.keys.hash]) * total) === segment
    const candidates = itemsOf(call, read.row)
      .values()
      .map(item => seenBy(read, item))
      .filter(item => item !== undefined)
      .filter(mine)
    return page(read, candidates, input, true)
  },
} satisfies DynamoService
