/** One page of a listing: things, and the common prefixes that stand for others, in key order. */
export interface Page<T> {
  items: T[]
  prefixes: string[]
  /** The last thing or prefix of the page, when more follows. */
  next: { item: T } | { prefix: string } | null
}

interface Wish {
  prefix: string
  delimiter: string
  max: number
  /** The prefix the page before ended with: what it stands for is not shown again. */
  afterPrefix: string
}

/** Pages through `all`, which is sorted by key and begins after the caller's marker. */
export const pageOf = <T>(all: Iterable<readonly [key: string, thing: T]>, wish: Wish): Page<T> => {
  const page: Page<T> = { items: [], prefixes: [], next: null }
  let last: Page<T>['next'] = null
  if (wish.max === 0) return page
  for (const [key, item] of all) {
    if (!key.startsWith(wish.prefix)) continue
    const prefix = commonPrefix(key, wish)
    if (prefix !== null && (prefix === wish.afterPrefix || prefix === page.prefixes.at(-1))) continue
    if (page.items.length + page.prefixes.length === wish.max) return { ...page, next: last }
    if (prefix === null) page.items.push(item)
    else page.prefixes.push(prefix)
    last = prefix === null ? { item } : { prefix }
  }
  return page
}

const commonPrefix = (key: string, { prefix, delimiter }: Wish): string | null => {
  if (delimiter === '') return null
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? null : key.slice(0, end + delimiter.length)
}

/** S3 orders keys by their UTF-8 bytes; JavaScript compares UTF-16 units, which puts U+E000 to U+FFFF last. */
export const byUtf8 = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
