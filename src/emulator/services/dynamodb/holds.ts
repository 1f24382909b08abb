import type { Comparator, Condition, Operand, Test } from './condition.ts'
import { valueAt } from './path.ts'
import { compareValues, equalValues, type Item, typeOf, type Value } from './value.ts'

/** Whether `condition` is true of `item`; an item that is not there is `{}`. */
export const holds = (condition: Condition, item: Item): boolean => {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item)
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item)
    case 'not':
      return !holds(condition.of, item)
    case 'compare':
      return compares(condition.comparator, resolve(condition.left, item), resolve(condition.right, item))
    case 'between': {
      const value = resolve(condition.operand, item)
      return (
        compares('>=', value, resolve(condition.low, item)) &&
        compares('<=', value, resolve(condition.high, item))
      )
    }
    case 'in': {
      const value = resolve(condition.operand, item)
      return condition.list.some(operand => compares('=', value, resolve(operand, item)))
    }
    case 'test':
      return passes(
        condition.test,
        resolve(condition.path, item),
        condition.argument ? resolve(condition.argument, item) : undefined,
      )
  }
}

const resolve = (operand: Operand, item: Item): Value | undefined => {
  if ('value' in operand) return operand.value
  if ('path' in operand) return valueAt(item, operand.path)
  const value = valueAt(item, operand.size)
  const size = value && sizeFunction(value)
  return size === undefined ? undefined : { N: String(size) }
}

/** The function `size`: characters, bytes or members; numbers, booleans and null have none. */
const sizeFunction = (value: Value): number | undefined => {
  if ('S' in value) return [...value.S].length
  if ('B' in value) return Buffer.from(value.B, 'base64').length
  if ('L' in value) return value.L.length
  if ('M' in value) return Object.keys(value.M).length
  return members(value)?.length
}

const members = (value: Value): readonly string[] | undefined => {
  if ('SS' in value) return value.SS
  if ('NS' in value) return value.NS
  return 'BS' in value ? value.BS : undefined
}

/** A comparison with something that is not there is false, but `<>` is then true. */
const compares = (comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean => {
  if (comparator === '<>') return !(left && right && equalValues(left, right))
  if (left === undefined || right === undefined) return false
  if (comparator === '=') return equalValues(left, right)
  const order = compareValues(left, right)
  if (order === undefined) return false
  if (comparator === '<') return order < 0
  if (comparator === '<=') return order <= 0
  return comparator === '>' ? order > 0 : order >= 0
}

const passes = (test: Test, value: Value | undefined, argument: Value | undefined): boolean => {
  if (test === 'attribute_exists') return value !== undefined
  if (test === 'attribute_not_exists') return value === undefined
  if (value === undefined || argument === undefined) return false
  if (test === 'attribute_type') return 'S' in argument && typeOf(value) === argument.S
  if (test === 'begins_with') return beginsWith(value, argument)
  return contains(value, argument)
}

export const beginsWith = (value: Value, prefix: Value): boolean => {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S)
  if (!('B' in value && 'B' in prefix)) return false
  const start = Buffer.from(prefix.B, 'base64')
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start)
}

const contains = (value: Value, part: Value): boolean => {
  if ('S' in value && 'S' in part) return value.S.includes(part.S)
  if ('B' in value && 'B' in part)
    return Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'))
  if ('L' in value) return value.L.some(member => equalValues(member, part))
  if ('SS' in value && 'S' in part) return value.SS.includes(part.S)
  if ('NS' in value && 'N' in part) return value.NS.includes(part.N)
  return 'BS' in value && 'B' in part && value.BS.includes(part.B)
}
