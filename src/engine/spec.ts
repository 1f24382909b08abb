import { createHash } from 'node:crypto'

/** JSON with sorted keys: equal values give equal text. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  ) ?? 'undefined'

/** Eight hex digits of SHA-256: enough to tell an edit, short enough for a tag. */
export const shortHash = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex').slice(0, 8)

const partsOf = (props: object): [string, unknown][] =>
  Object.entries(props).sort(([a], [b]) => (a < b ? -1 : 1))

/** What was last applied, as a tag value: one short hash per part, in the order of the parts' names. */
export const specOf = (props: object): string =>
  partsOf(props)
    .map(([, value]) => shortHash(value))
    .join('.')

/** The part hashes a spec tag holds, by part; undefined when the tag is missing or of another shape. */
export const specParts = (spec: string | undefined, props: object): Map<string, string> | undefined => {
  const hashes = spec?.split('.') ?? []
  const parts = partsOf(props)
  if (hashes.length !== parts.length) return undefined
  return new Map(parts.map(([part], index) => [part, hashes[index] ?? '']))
}
