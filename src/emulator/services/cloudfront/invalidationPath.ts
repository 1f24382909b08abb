/** What RFC 1738 calls unsafe, and what is no printable ASCII. */
const UNSAFE = /[^!-~]|["<>#{}|\\^~[\]`]/gu

/**
 * A path as the edge compares it: unsafe characters are percent-encoded however they came, `%c3` is `%C3`, and a safe
 * character that somebody did encode stays another path (CloudFront guide, "What you need to know when invalidating
 * files").
 */
export const canonicalPath = (path: string): string =>
  path
    .toWellFormed()
    .replace(/%[0-9a-f]{2}/gi, code => code.toUpperCase())
    .replace(UNSAFE, character =>
      [...Buffer.from(character)]
        .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(''),
    )

/** True for what CreateInvalidation takes: from the root, encoded, `*` nowhere but at the end. */
export const isInvalidationPath = (path: string): boolean =>
  /^\/[!-~]*$/.test(path) &&
  path.length <= 4000 &&
  !path.slice(0, -1).includes('*') &&
  !/%(?![0-9a-f]{2})/i.test(path)

/** True when the invalidation path `pattern` names `path`, a canonical path with the query string it is cached by. */
export const invalidates = (pattern: string, path: string): boolean => {
  const wanted = canonicalPath(pattern)
  return wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : path === wanted
}
