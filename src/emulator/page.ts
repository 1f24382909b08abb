/** What part of a list is wanted. `token` is what the last page gave, undefined for the first. */
export interface PageOrder {
  readonly token?: string | undefined
  readonly size: number
  readonly descending?: boolean
}

/**
 * One page of `all`, sorted by `keyOf`, which must be unique. The token holds the last key shown, not a count, so
 * deleting things between two pages skips nothing.
 */
export const page = <T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { token, size, descending = false }: PageOrder,
): { items: T[]; next: string | undefined } => {
  const before = (a: string, b: string): boolean => (descending ? a > b : a < b)
  const sorted = [...all].sort((a, b) => (before(keyOf(a), keyOf(b)) ? -1 : 1))
  const shown = token === undefined ? undefined : Buffer.from(token, 'base64url').toString()
  const rest = shown === undefined ? sorted : sorted.filter(item => before(shown, keyOf(item)))
  const items = rest.slice(0, size)
  const last = items.at(-1)
  return {
    items,
    next:
      last !== undefined && items.length < rest.length
        ? Buffer.from(keyOf(last)).toString('base64url')
        : undefined,
  }
}
