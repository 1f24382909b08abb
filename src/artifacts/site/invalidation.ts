/** More paths than these cost more than dropping all: a month has a thousand free ones, and `/*` is one. */
const MOST_PATHS = 15

/** What RFC 1738 calls unsafe, what is no printable ASCII, and what would end the path. */
const ENCODED = /[^!-~]|["<>#?%{}|\\^~[\]`]/gu

/**
 * The path a file is cached under, as CloudFront wants it: unsafe characters encoded, no others (CloudFront guide,
 * "What you need to know when invalidating files"). A star may only stand at the end and means all that follows.
 */
export const invalidationPath = (path: string): string => {
  const star = path.indexOf('*')
  const cut = star < 0 ? path : path.slice(0, star + 1)
  return `/${cut.replace(ENCODED, character =>
    [...Buffer.from(character)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )}`
}

/** A plus sign may be asked for as itself and as %2B, and S3 is only ever asked for the latter (blueprint/spaFallback.ts). */
const spellings = (path: string): string[] =>
  path.includes('+') ? [path, path.replaceAll('+', '%2B')] : [path]

/** What one invalidation names so that no edge keeps the old content of `changed`; everything when they are many. */
export const invalidationPaths = (changed: readonly string[]): string[] => {
  const paths = changed.flatMap(path => [
    ...spellings(invalidationPath(path)),
    ...(path === 'index.html' ? ['/'] : []),
  ])
  const distinct = [...new Set(paths)].sort()
  return distinct.length > MOST_PATHS ? ['/*'] : distinct
}
