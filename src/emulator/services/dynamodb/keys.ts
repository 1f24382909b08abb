import { createHash } from 'node:crypto'
import { invalid } from './invalid.ts'
import type { KeyNames, TableRow } from './table.ts'
import { compareValues, type Item, itemSize, sizeOf, typeOf, type Value } from './value.ts'

const namesOf = ({ hash, range }: KeyNames): string[] => (range === null ? [hash] : [hash, range])

/** The part of `item` that is the key `keys`. */
export const keyOf = (keys: KeyNames, item: Item): Item =>
  Object.fromEntries(
    namesOf(keys).flatMap(name => {
      const value = item[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** The key under which an item is kept. */
export const keyText = (row: TableRow, item: Item): string =>
  JSON.stringify(namesOf(row.keys).map(name => item[name] ?? null))

/** A `Key` parameter: exactly the key's attributes, of the right types. Throws ValidationException. */
export const checkKey = (row: TableRow, key: Item): Item => {
  const names = namesOf(row.keys)
  const fits =
    Object.keys(key).length === names.length &&
    names.every(name => {
      const value = key[name]
      return value !== undefined && typeOf(value) === row.attributes[name]
    })
  if (!fits) throw invalid('The provided key element does not match the schema')
  checkKeyValues(row, key)
  return key
}

/** A whole item to be kept: has its keys, of the right types, and is not too large. Throws ValidationException. */
export const checkItem = (row: TableRow, item: Item): Item => {
  for (const name of namesOf(row.keys)) {
    const value = item[name]
    if (value === undefined)
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`)
    if (typeOf(value) !== row.attributes[name])
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${row.attributes[name]} actual: ${typeOf(value)}`,
      )
  }
  checkKeyValues(row, item)
  for (const index of row.indexes)
    for (const name of namesOf(index.keys)) {
      const value = item[name]
      if (value !== undefined && typeOf(value) !== row.attributes[name])
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${row.attributes[name]} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        )
    }
  if (itemSize(item) > 400 * 1024) throw invalid('Item size has exceeded the maximum allowed size')
  return item
}

const checkKeyValues = (row: TableRow, item: Item): void => {
  for (const name of namesOf(row.keys)) {
    const value: Value = item[name] ?? { NULL: true }
    if (('S' in value && value.S === '') || ('B' in value && value.B === ''))
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      )
    const [part, most] = name === row.keys.hash ? ['hashkey', 2048] : ['rangekey', 1024]
    if (sizeOf(value) > Number(most))
      throw invalid(
        `One or more parameter values were invalid: Size of ${part} has exceeded the maximum size limit of${most} bytes`,
      )
  }
}

/** Where in the key space a partition lies: 0 up to 1. Scans follow it, parallel scans cut it. */
export const partitionPlace = (value: Value | undefined): number =>
  createHash('md5')
    .update(JSON.stringify(value ?? null))
    .digest()
    .readUInt32BE() /
  2 ** 32

/** A total order: partition, range key, then the table's own key. */
export const compareByKey =
  (row: TableRow, keys: KeyNames) =>
  (left: Item, right: Item): number => {
    const place = partitionPlace(left[keys.hash]) - partitionPlace(right[keys.hash])
    if (place !== 0) return place
    const [one, two] = keys.range === null ? [] : [left[keys.range], right[keys.range]]
    const order = one && two ? (compareValues(one, two) ?? 0) : 0
    if (order !== 0) return order
    const [a, b] = [keyText(row, left), keyText(row, right)]
    return a < b ? -1 : a > b ? 1 : 0
  }
