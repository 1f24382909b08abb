import { canonical } from './spec.ts'

export interface Field {
  readonly path: string
  readonly live: unknown
  readonly want: unknown
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const ofObjects = (value: unknown): value is object[] =>
  Array.isArray(value) && value.length > 0 && value.every(item => isMap(item))

/**
 * The fields where two plain JSON values part, each with its dotted path. Lists of scalars differ as a whole. Of lists
 * of objects only those are shown that the other side lacks: a rule somebody added is one rule, not a shift of all.
 */
export const differences = (path: string, live: unknown, want: unknown): Field[] => {
  if (canonical(live) === canonical(want)) return []
  if (isMap(live) && isMap(want))
    return [...new Set([...Object.keys(live), ...Object.keys(want)])]
      .sort()
      .flatMap(key => differences(`${path}.${key}`, live[key], want[key]))
  if (ofObjects(live) && ofObjects(want)) {
    const extra = without(live, want)
    const lacking = without(want, live)
    if (extra.length + lacking.length === 0) return [{ path, live, want }]
    return Array.from({ length: Math.max(extra.length, lacking.length) }, (_, at) => {
      const [theirs, ours] = [extra[at], lacking[at]]
      return differences(`${path}[${(ours ?? theirs)?.index}]`, theirs?.item, ours?.item)
    }).flat()
  }
  return [{ path, live, want }]
}

/** The items that have no equal among `others`, each of which equals one item at most. */
const without = (items: readonly object[], others: readonly object[]): { index: number; item: object }[] => {
  const rest = others.map(canonical)
  return items.flatMap((item, index) => {
    const equal = rest.indexOf(canonical(item))
    if (equal === -1) return [{ index, item }]
    rest.splice(equal, 1)
    return []
  })
}
