import type { Tags } from '../../resource.ts'

const PREFIX = 'storyarch:'

/**
 * The ownership mark of a kind that AWS gives no tags: storyarch's own tags as one line of text,
 * `storyarch stack=notes/prod resource=dnsRecord/site`. There is no room for the user's tags.
 */
export const ownMark = (tags: Tags): string =>
  [
    'storyarch',
    ...Object.entries(tags)
      .filter(([key]) => key.startsWith(PREFIX))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key.slice(PREFIX.length)}=${value.replaceAll(' ', '%20')}`),
  ].join(' ')

/** The tags a mark holds; none when `text` is not a mark of ours. */
export const tagsInMark = (text: string): Tags => {
  const [first, ...pairs] = text.split(' ')
  if (first !== 'storyarch') return {}
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=')
      return [`${PREFIX}${pair.slice(0, at)}`, pair.slice(at + 1).replaceAll('%20', ' ')]
    }),
  )
}

/** `tags` after a retag. */
export const retagged = (tags: Tags, put: Tags, drop: readonly string[]): Tags =>
  Object.fromEntries(Object.entries({ ...tags, ...put }).filter(([key]) => !drop.includes(key)))
