import type { Cursor } from './cursor.ts'
import type { Placeholders } from './placeholders.ts'
import type { Item, Value } from './value.ts'

/** `a.b[2]` is `['a', 'b', 2]`. */
export type Path = readonly (string | number)[]

export const parsePath = (cursor: Cursor, placeholders: Placeholders): Path => {
  const nameHere = () => {
    if (cursor.next.kind !== 'word' && cursor.next.kind !== 'name') throw cursor.syntaxError()
    return placeholders.name(cursor, cursor.take())
  }
  const path: (string | number)[] = [nameHere()]
  for (;;) {
    if (cursor.accept('.')) path.push(nameHere())
    else if (cursor.accept('[')) {
      if (cursor.next.kind !== 'number') throw cursor.syntaxError()
      path.push(Number(cursor.take().text))
      cursor.expect(']')
    } else return path
  }
}

export const printPath = (path: Path): string =>
  `[${path.map(step => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`

const child = (value: Value | undefined, step: string | number): Value | undefined => {
  if (value === undefined) return undefined
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined
  return 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined
}

export const valueAt = (item: Item, path: Path): Value | undefined =>
  path.reduce<Value | undefined>(child, { M: item })

/**
 * `item` with `value` at `path`; beyond the end of a list it is appended. Undefined when the parent is not there
 * or is of another type.
 */
export const withValue = (item: Item, path: Path, value: Value): Item | undefined =>
  changed(item, path, (parent, step) => {
    if (typeof step === 'string') return 'M' in parent ? { M: { ...parent.M, [step]: value } } : undefined
    if (!('L' in parent)) return undefined
    return { L: step < parent.L.length ? parent.L.with(step, value) : [...parent.L, value] }
  })

/** `item` without what is at `path`, or undefined when the parent is not there or is of another type. */
export const withoutValue = (item: Item, path: Path): Item | undefined =>
  changed(item, path, (parent, step) => {
    if (typeof step === 'string')
      return 'M' in parent
        ? { M: Object.fromEntries(Object.entries(parent.M).filter(([name]) => name !== step)) }
        : undefined
    return 'L' in parent ? { L: parent.L.filter((_, index) => index !== step) } : undefined
  })

type Change = (parent: Value, step: string | number) => Value | undefined

const changed = (item: Item, path: Path, change: Change): Item | undefined => {
  const inside = (parent: Value, [step, ...rest]: Path): Value | undefined => {
    if (step === undefined) return undefined
    if (rest.length === 0) return change(parent, step)
    const held = child(parent, step)
    const next = held && inside(held, rest)
    if (next === undefined) return undefined
    if ('L' in parent && typeof step === 'number') return { L: parent.L.with(step, next) }
    return 'M' in parent && typeof step === 'string' ? { M: { ...parent.M, [step]: next } } : undefined
  }
  const whole = inside({ M: item }, path)
  return whole && 'M' in whole ? whole.M : undefined
}

/** What is wrong with two paths in one expression that may not touch the same part of an item. */
export const pathFault = (one: Path, two: Path): string | undefined => {
  const common = Math.min(one.length, two.length)
  for (let at = 0; at < common; at++) {
    if (one[at] === two[at]) continue
    return typeof one[at] === typeof two[at] ? undefined : says('conflict', one, two)
  }
  return says('overlap', one, two)
}

const says = (what: string, one: Path, two: Path): string =>
  `Two document paths ${what} with each other; must remove or rewrite one of these paths; path one: ${printPath(one)}, path two: ${printPath(two)}`
