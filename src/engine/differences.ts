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

/** The fields where two plain JSON values part, each with its dotted path. Lists of scalars differ as a whole. */
export const differences = (path: string, live: unknown, want: unknown): Field[] => {
  if (canonical(live) === canonical(want)) return []
  if (isMap(live) && isMap(want))
    return [...new Set([...Object.keys(live), ...Object.keys(want)])]
      .sort()
      .flatMap(key => differences(`${path}.${key}`, live[key], want[key]))
  if (ofObjects(live) && ofObjects(want))
    return Array.from({ length: Math.max(live.length, want.length) }, (_, index) =>
      differences(`${path}[${index}]`, live[index], want[index]),
    ).flat()
  return [{ path, live, want }]
}
