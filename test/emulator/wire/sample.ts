import { bindingOf } from '../../../src/emulator/wire/binding.ts'
import type { Shape } from '../../../src/emulator/wire/codecs.ts'

/** Whether a member shall be given a value. `path`: names from the root, `Rules.Filter.Prefix`. */
export type Wanted = (path: string) => boolean

const TEXTS = [
  'a',
  '',
  ' ',
  'x y',
  '<&>"\'',
  'ü€',
  '100%41',
  'a+b=c&d',
  'tab\there',
  '{"k":[1]}',
  'null',
  '0',
  'true',
]
const WIRE_TEXTS = ['a', 'x y', 'a+b=c&d', '100%41', 'q"uote', '0', 'true']
const NUMBERS = [0, 1, -1, 42, 1.5, 123456789]

/** Small and seeded: the same values on every run. */
const randomOf = (seed: string): (() => number) => {
  let state = 2166136261
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * A value for `shape` with every member down to a depth of four, below that the required ones and few others.
 * No list, map or structure is empty: XML and forms cannot say "empty".
 */
export const sample = (shape: Shape, seed: string, wanted: Wanted = () => true): unknown => {
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

  const simple = (at: Shape, onWire: boolean): unknown => {
    if (at.isStringSchema()) return pick(onWire ? WIRE_TEXTS : TEXTS)
    if (at.isBooleanSchema()) return random() < 0.5
    if (at.isNumericSchema()) return pick(NUMBERS)
    if (at.isTimestampSchema()) return new Date(1_700_000_000_000 + Math.floor(random() * 1e6) * 1000)
    if (at.isBlobSchema()) return Buffer.from(pick(['bytes', 'ünï', '\u0000\u0001']))
    if (at.isBigIntegerSchema()) return BigInt(pick(NUMBERS.filter(Number.isInteger)))
    if (at.isDocumentSchema()) return { key: ['value', 1, true] }
    throw new Error(`No sample of ${at.getName()}`)
  }

  const value = (at: Shape, path: string, depth: number, onWire = false): unknown => {
    if (at.isStructSchema()) return structure(at, path, depth)
    if (at.isListSchema()) {
      const count = depth > 3 ? 1 : 1 + Math.floor(random() * 2)
      return Array.from({ length: count }, () => value(at.getValueSchema(), path, depth + 1, onWire))
    }
    if (at.isMapSchema()) {
      const keys = onWire ? ['one', 'two'] : ['one', 'two words', '<key>']
      return Object.fromEntries(
        keys
          .slice(0, depth > 3 ? 1 : 3)
          .map(key => [key, value(at.getValueSchema(), path, depth + 1, onWire)]),
      )
    }
    return simple(at, onWire)
  }

  const structure = (at: Shape, path: string, depth: number): unknown => {
    const required = (at.getSchema() as { readonly 6?: number })[6] ?? 0
    const all = [...at.structIterator()].map(([name, member], index) => ({
      name,
      member,
      must: index < required,
    }))
    const chosen = at.isUnionSchema()
      ? [pick(shallowOr(depth > 6, all))]
      : all.filter(
          ({ member, must }, index) => must || depth < 4 || (depth < 8 && index === 0 && !deep(member)),
        )
    const held = chosen.length > 0 ? chosen : all.filter(({ member }) => !deep(member)).slice(0, 1)
    const wires = depth === 0 ? bindingOf(at) : null
    const out: Record<string, unknown> = {}
    for (const { name, member } of held) {
      const own = path === '' ? name : `${path}.${name}`
      if (!wanted(own)) continue
      const bound = wires !== null && !wires.payload?.includes(name) && !isInBody(wires.body, name)
      out[name] = value(member, own, depth + 1, bound)
    }
    return out
  }
  return value(shape, '', 0)
}

const shallowOr = <T extends { member: Shape }>(shallow: boolean, all: T[]): T[] => {
  const found = shallow ? all.filter(({ member }) => !deep(member)) : all
  return found.length > 0 ? found : all
}

const deep = (shape: Shape): boolean => shape.isStructSchema() || shape.isListSchema() || shape.isMapSchema()

const isInBody = (body: Shape | null, name: string): boolean =>
  body !== null && [...body.structIterator()].some(([member]) => member === name)
