import { BlockList, isIP } from 'node:net'

/** What is wrong with a pattern's JSON text, in EventBridge's words, or undefined. */
export const patternFault = (text: string): string | undefined => {
  let pattern: unknown
  try {
    pattern = JSON.parse(text)
  } catch {
    return 'Event pattern is not valid JSON'
  }
  if (!isObject(pattern)) return 'Filter is not an object'
  if (Object.keys(pattern).length === 0) return 'Empty event pattern is not allowed'
  return objectFault(pattern)
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const firstFault = <T>(items: readonly T[], faultOf: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const fault = faultOf(item)
    if (fault !== undefined) return fault
  }
  return undefined
}

const objectFault = (pattern: Json): string | undefined =>
  firstFault(Object.entries(pattern), ([key, value]) => {
    if (key === '$or' && Array.isArray(value) && value.length >= 2 && value.every(isObject))
      return firstFault(value, objectFault)
    if (isObject(value))
      return Object.keys(value).length === 0 ? 'Empty objects are not allowed' : objectFault(value)
    if (!Array.isArray(value)) return `"${key}" must be an object or an array`
    return value.length === 0 ? 'Empty arrays are not allowed' : firstFault(value, valueFault)
  })

const isScalar = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

const valueFault = (value: unknown): string | undefined => {
  if (isScalar(value)) return undefined
  if (!isObject(value)) return 'Match value must be String, number, true, false, or null'
  const [[name, operand] = ['', undefined], ...more] = Object.entries(value)
  if (more.length > 0) return 'Only one key allowed in match expression'
  const sound = Object.hasOwn(OPERANDS, name) ? OPERANDS[name] : undefined
  if (!sound) return `Unrecognized match type ${name}`
  return sound(operand) ? undefined : `Value of ${name} is not allowed`
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextOrCase = (value: unknown): boolean =>
  isText(value) || (isObject(value) && isText(value['equals-ignore-case']))

const OPERANDS: Readonly<Record<string, (operand: unknown) => boolean>> = {
  prefix: isTextOrCase,
  suffix: isTextOrCase,
  'equals-ignore-case': isText,
  wildcard: isText,
  cidr: isText,
  exists: operand => typeof operand === 'boolean',
  numeric: operand => Array.isArray(operand) && numericParts(operand) !== undefined,
  'anything-but': operand =>
    isScalar(operand) ||
    (Array.isArray(operand) && operand.length > 0 && operand.every(isScalar)) ||
    (isObject(operand) &&
      Object.keys(operand).every(key =>
        ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(key),
      )),
}

/** `[">", 0, "<=", 5]` as pairs. */
const numericParts = (list: readonly unknown[]): [string, number][] | undefined => {
  const pairs: [string, number][] = []
  for (let index = 0; index < list.length; index += 2) {
    const [sign, number] = [list[index], list[index + 1]]
    if (typeof sign !== 'string' || !['<', '<=', '=', '>', '>='].includes(sign) || typeof number !== 'number')
      return undefined
    pairs.push([sign, number])
  }
  return pairs.length >= 1 && pairs.length <= 2 ? pairs : undefined
}

/** Whether the event fits a pattern without faults: every named field must, a field's values are alternatives. */
export const matchesPattern = (pattern: Json, event: Json): boolean =>
  Object.entries(pattern).every(([key, wish]) => {
    if (key === '$or' && Array.isArray(wish)) return wish.some(branch => matchesPattern(branch, event))
    const held = event[key]
    if (isObject(wish)) return matchesPattern(wish, isObject(held) ? held : {})
    if (!Array.isArray(wish)) return false
    const values = Array.isArray(held) ? held : [held]
    return wish.some(one => values.some(value => matchesValue(one, value)))
  })

const matchesValue = (wish: unknown, value: unknown): boolean => {
  if (!isObject(wish)) return wish === value
  const [[name, operand] = ['', undefined]] = Object.entries(wish)
  if (name === 'exists') return (value !== undefined) === operand
  if (name === 'anything-but') {
    if (value === undefined) return false
    if (isObject(operand)) return !matchesValue(operand, value)
    return ![operand].flat().includes(value)
  }
  if (name === 'numeric' && Array.isArray(operand))
    return (
      typeof value === 'number' &&
      (numericParts(operand) ?? []).every(([sign, bound]) => compares(value, sign, bound))
    )
  return typeof value === 'string' && matchesText(name, operand, value)
}

const compares = (value: number, sign: string, bound: number): boolean => {
  if (sign === '=') return value === bound
  if (sign === '<') return value < bound
  if (sign === '<=') return value <= bound
  return sign === '>' ? value > bound : value >= bound
}

const matchesText = (name: string, operand: unknown, value: string): boolean => {
  const ignoresCase = isObject(operand)
  const text = String(ignoresCase ? operand['equals-ignore-case'] : operand)
  const [wish, held] =
    ignoresCase || name === 'equals-ignore-case' ? [text.toLowerCase(), value.toLowerCase()] : [text, value]
  if (name === 'prefix') return held.startsWith(wish)
  if (name === 'suffix') return held.endsWith(wish)
  if (name === 'equals-ignore-case') return held === wish
  if (name === 'cidr') return inCidr(wish, held)
  const source = wish.replace(/\\([*\\])|(\*)|([^\w\s])/g, (_, escaped, star, other) =>
    star ? '.*' : `\\${escaped ?? other}`,
  )
  return new RegExp(`^${source}$`, 's').test(held)
}

const inCidr = (cidr: string, address: string): boolean => {
  const [base = '', bits] = cidr.split('/')
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(base) === 0 || isIP(address) !== isIP(base)) return false
  const list = new BlockList()
  list.addSubnet(base, Number(bits), family)
  return list.check(address, family)
}
