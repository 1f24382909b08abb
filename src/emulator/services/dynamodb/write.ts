import { AwsError, type Call } from '../../service.ts'
import { writeUnits } from './capacity.ts'
import type { Condition } from './condition.ts'
import { holds } from './holds.ts'
import { keyText } from './keys.ts'
import { itemsOf, type TableRow } from './table.ts'
import { type Item, sdkItem } from './value.ts'

/** One write to one item: what must hold, and what the item becomes (undefined: it goes). */
export interface Write {
  readonly row: TableRow
  readonly key: Item
  readonly condition: Condition | null
  /** Whether a failed condition tells the item it met. */
  readonly tellsItem: boolean
  /** Throws ValidationException when the item does not allow it. */
  readonly become: (before: Item | undefined) => Item | undefined
}

export interface Written {
  readonly before: Item | undefined
  readonly after: Item | undefined
  readonly units: number
}

/** What the write would leave; nothing is changed. Throws ConditionalCheckFailedException. */
export const tryWrite = (call: Call, write: Write): Written => {
  const before = itemsOf(call, write.row).get(keyText(write.row, write.key))
  if (write.condition && !holds(write.condition, before ?? {}))
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
      fields: write.tellsItem && before ? { Item: sdkItem(before) } : {},
    })
  const after = write.become(before)
  return { before, after, units: writeUnits(before, after) }
}

export const keep = (call: Call, { row, key }: Write, { after }: Written): void => {
  const items = itemsOf(call, row)
  if (after === undefined) items.delete(keyText(row, key))
  else items.set(keyText(row, key), after)
}
