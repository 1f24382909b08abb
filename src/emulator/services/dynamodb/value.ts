import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { compareNumbers, normalNumber } from './decimal.ts'
import { invalid } from './invalid.ts'

/** An attribute value in plain JSON, so that it can be kept: bytes are base64, numbers are normal. */
export type Value =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Value[] }
  | { M: Item }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }

export type Item = { [name: string]: Value }

export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS'

export const TYPES: readonly string[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS']

export const typeOf = (value: Value): TypeName => Object.keys(value)[0] as TypeName

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** Checks and normalises what a client sent. Throws ValidationException. */
export const valueFrom = (sent: AttributeValue, depth = 0): Value => {
  const types = Object.entries(sent).filter(([, held]) => held !== undefined)
  if (types.length === 0)
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  if (types.length > 1)
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    )
  if (depth > 32) throw invalid('Nesting Levels have exceeded supported limits')
  if (sent.S !== undefined) return { S: sent.S }
  if (sent.N !== undefined) return { N: normalNumber(sent.N) }
  if (sent.B !== undefined) return { B: base64(sent.B) }
  if (sent.BOOL !== undefined) return { BOOL: sent.BOOL }
  if (sent.NULL !== undefined) {
    if (!sent.NULL)
      throw invalid(
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      )
    return { NULL: true }
  }
  if (sent.L !== undefined) return { L: sent.L.map(held => valueFrom(held, depth + 1)) }
  if (sent.M !== undefined) return { M: itemFrom(sent.M, depth + 1) }
  if (sent.SS !== undefined) return { SS: setOf('string', sent.SS) }
  if (sent.NS !== undefined) return { NS: setOf('number', sent.NS.map(normalNumber)) }
  if (sent.BS !== undefined) return { BS: setOf('binary', sent.BS.map(base64)) }
  throw invalid('Supplied AttributeValue has an unknown datatype')
}

const setOf = (kind: string, members: string[]): string[] => {
  if (members.length === 0)
    throw invalid(`One or more parameter values were invalid: An ${kind} set  may not be empty`)
  if (new Set(members).size < members.length)
    throw invalid(
      `One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`,
    )
  return members
}

export const itemFrom = (sent: Record<string, AttributeValue>, depth = 0): Item =>
  Object.fromEntries(Object.entries(sent).map(([name, held]) => [name, valueFrom(held, depth)]))

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

export const sdkValue = (value: Value): AttributeValue => {
  if ('B' in value) return { B: bytes(value.B) }
  if ('BS' in value) return { BS: value.BS.map(bytes) }
  if ('L' in value) return { L: value.L.map(sdkValue) }
  if ('M' in value) return { M: sdkItem(value.M) }
  return value as AttributeValue
}

export const sdkItem = (item: Item): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, sdkValue(value)]))

/** Order of two values of one type S, N or B; undefined when they have none. */
export const compareValues = (left: Value, right: Value): number | undefined => {
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S))
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N)
  if ('B' in left && 'B' in right) return Buffer.compare(bytes(left.B), bytes(right.B))
  return undefined
}

/** Deep equality; sets have no order. */
export const equalValues = (left: Value, right: Value): boolean => canonical(left) === canonical(right)

const canonical = (value: Value): string => {
  const type = typeOf(value)
  if ('L' in value) return `L[${value.L.map(canonical).join()}]`
  if ('M' in value)
    return `M{${Object.keys(value.M)
      .sort()
      .map(name => `${JSON.stringify(name)}:${canonical(value.M[name] ?? { NULL: true })}`)
      .join()}}`
  if ('SS' in value) return type + JSON.stringify([...value.SS].sort())
  if ('NS' in value) return type + JSON.stringify([...value.NS].sort())
  if ('BS' in value) return type + JSON.stringify([...value.BS].sort())
  return JSON.stringify(value)
}

const utf8 = (text: string): number => Buffer.byteLength(text)
const numberSize = (text: string): number =>
  Math.ceil(text.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length / 2) + (text.startsWith('-') ? 2 : 1)
const sum = <T>(list: readonly T[], size: (member: T) => number): number =>
  list.reduce((total, member) => total + size(member), 0)

/** Bytes a value counts for (docs: "DynamoDB item sizes and formats"). */
export const sizeOf = (value: Value): number => {
  if ('S' in value) return utf8(value.S)
  if ('N' in value) return numberSize(value.N)
  if ('B' in value) return bytes(value.B).length
  if ('L' in value) return 3 + sum(value.L, held => 1 + sizeOf(held))
  if ('M' in value) return 3 + sum(Object.keys(value.M), () => 1) + itemSize(value.M)
  if ('SS' in value) return sum(value.SS, utf8)
  if ('NS' in value) return sum(value.NS, numberSize)
  if ('BS' in value) return sum(value.BS, held => bytes(held).length)
  return 1
}

export const itemSize = (item: Item): number =>
  sum(Object.entries(item), ([name, value]) => utf8(name) + sizeOf(value))
