/** Two names of one folder: the container's, and the real one. */
export interface PathPair {
  /** Absolute, without a slash at its end. */
  readonly inside: string
  readonly real: string
}

/**
 * Where a path may begin in a text: at its start, behind a sign that is part of no path, or behind a URL's scheme
 * (`file:///data`). SQLite URLs have one slash more for an absolute path: three and a name are a relative one.
 */
const BEFORE = String.raw`(?<=^|[^\w./~$}-]|(?<!sqlite[\w+.-]*):\/\/|:\/\/\/)`
/** The name goes on with letters, digits, a dot or a hyphen: another path. */
const AFTER = String.raw`(?![\w.-])`

/** `text` with every path of the container that lies in one of `pairs` in the real one's words. The deepest pair wins. */
export const realPaths = (text: string, pairs: readonly PathPair[]): string => {
  const named = pairs.filter(({ inside }) => inside !== '' && inside !== '/')
  if (named.length === 0) return text
  const deepestFirst = [...named].sort((a, b) => b.inside.length - a.inside.length)
  const any = deepestFirst.map(({ inside }) => inside.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')
  return text.replace(
    new RegExp(`${BEFORE}(?:${any})${AFTER}`, 'g'),
    inside => deepestFirst.find(pair => pair.inside === inside)?.real ?? inside,
  )
}
