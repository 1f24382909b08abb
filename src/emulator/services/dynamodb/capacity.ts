import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb'
import { type Item, itemSize } from './value.ts'

/** Units of one read of `bytes`; half when it may be eventually consistent, double in a transaction. */
export const readUnits = (bytes: number, factor: 0.5 | 1 | 2): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * factor

/** A write counts for the larger of the item before and after. */
export const writeUnits = (before: Item | undefined, after: Item | undefined): number =>
  Math.max(1, Math.ceil(Math.max(itemSize(before ?? {}), itemSize(after ?? {})) / 1024))

/** The answer's `ConsumedCapacity`, when asked for. */
export const consumed = (
  asked: ReturnConsumedCapacity | undefined,
  table: string,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } =>
  asked === undefined || asked === 'NONE' ? {} : { ConsumedCapacity: capacity(asked, table, units) }

export const capacity = (asked: ReturnConsumedCapacity, table: string, units: number): ConsumedCapacity => ({
  TableName: table,
  CapacityUnits: units,
  ...(asked === 'INDEXES' && { Table: { CapacityUnits: units } }),
})
