import mime from 'mime'
import picomatch from 'picomatch'
import { isHashedName } from './hashedName.ts'
import type { Headers } from './headers.ts'
import type { CacheRule } from './recipe.ts'

export const IMMUTABLE = 'public, max-age=31536000, immutable'
export const NO_CACHE = 'no-cache'
/**
 * Of all else: a browser asks each time, the edges keep it for a day. They are told when it changes, so that nobody
 * sees an old one and S3 is asked for few.
 */
export const REVALIDATED = 'public, max-age=0, s-maxage=86400, must-revalidate'

const ASKED_EACH_TIME =
  /(^|\/)((sw|service-worker|ngsw-worker|firebase-messaging-sw)\.js|[^/]*\.(html?|webmanifest)|(manifest|ngsw|version)\.json)$|^storyarch\.(js|json)$/i

const TEXT =
  /^text\/|^application\/(json|javascript|xml|manifest\+json|[\w.-]+\+(json|xml)|wasm-text|x-sh|toml|yaml)$|^image\/svg\+xml$/

/** Apple looks for it under a name without an ending. */
const NAMED: Readonly<Record<string, string>> = { 'apple-app-site-association': 'application/json' }

const typeOf = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const type = NAMED[name] ?? mime.getType(name) ?? 'application/octet-stream'
  return TEXT.test(type) ? `${type}; charset=utf-8` : type
}

/** The headers of each path: the first rule that matches, else what its name tells. */
export const servedAs = (rules: readonly CacheRule[]): ((path: string) => Headers) => {
  const matchers = rules.map(({ glob, header }) => ({ matches: picomatch(glob, { dot: true }), header }))
  const byName = (path: string): string => {
    if (ASKED_EACH_TIME.test(path)) return NO_CACHE
    return isHashedName(path) ? IMMUTABLE : REVALIDATED
  }
  return path => ({
    type: typeOf(path),
    cache: matchers.find(({ matches }) => matches(path))?.header ?? byName(path),
  })
}
