/** What these frameworks put there bears a hash, or the build's id, whatever the name looks like (Next.js, SvelteKit, Nuxt). */
const HASHED_FOLDERS = /(^|\/)(_next\/static|_app\/immutable|_nuxt(?!\/builds))\//

/** Where bundlers put what they name by content: here a doubtful hash is taken for one. */
const BUILD_FOLDERS = /(^|\/)(assets|_astro|static\/(js|css|media)|build|chunks)\//

/** Documents keep their names, whatever these look like. */
const DOCUMENT = /\.(html?|webmanifest|xml|txt|md|pdf|rss|atom)$/i

/** webpack, Parcel, Next.js, Angular: `main.3f2a9c1b.js`. */
const HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{8,64}$/
/** esbuild: `app-QX5VNC2K.js`. */
const BASE32 = /^[A-Z2-7]{8}$/
/** Rollup, Vite, SvelteKit, Astro: `index-DiwrgTda.js`. */
const BASE64URL = /^[A-Za-z0-9_-]{8}$/

/** What people put between hyphens: a word, a year, `v2`, `2x`, `1280x720`, `iphone15`, `k8s`. */
const PLAIN = /^([A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+[a-z]?|\d+x\d+|[a-z]\d+[a-z])$/
/** Words run together: `MyWidget`, `SemiBold`. */
const CAMEL = /^[A-Z]?[a-z]+([A-Z][a-z]{2,})+\d*$/

/** Whether eight characters look drawn by lot and not given by people. */
const looksDrawn = (token: string, amongHashes: boolean): boolean => {
  if (!BASE64URL.test(token)) return false
  const pieces = token.split(/[-_]/).filter(piece => piece !== '')
  return !pieces.every(piece => PLAIN.test(piece) || (!amongHashes && CAMEL.test(piece)))
}

const isHash = (token: string, amongHashes: boolean): boolean =>
  HEX.test(token) ||
  (BASE32.test(token) && (amongHashes || !PLAIN.test(token))) ||
  looksDrawn(token, amongHashes)

const MIXED = [/[a-z]/, /[A-Z]/, /\d/]

/** Whether a whole name is nothing but a hash. People give names of eight characters too: `logoDark`, `b2b-logo`. */
const isHashAlone = (name: string, amongHashes: boolean): boolean =>
  HEX.test(name)
    ? amongHashes || name.length >= 16
    : amongHashes && looksDrawn(name, false) && MIXED.every(kind => kind.test(name))

/**
 * Whether the name of a built file bears a hash of its content, so that another content has another name. When in
 * doubt it does not: an unhashed file taken for a hashed one would stay in browsers for a year.
 */
export const isHashedName = (path: string): boolean => {
  if (HASHED_FOLDERS.test(path)) return true
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.indexOf('.')
  if (dot <= 0 || DOCUMENT.test(name)) return false
  const amongHashes = BUILD_FOLDERS.test(path)
  const [first = '', ...others] = name.split('.').slice(0, -1)
  // Rollup's alphabet has the hyphen in it: the last eight characters behind one are the hash.
  const behind = [first, ...others].flatMap(piece => [
    ...piece.split('-').slice(1),
    /[-_](.{8})$/.exec(piece)?.[1] ?? '',
  ])
  return isHashAlone(first, amongHashes) || [...others, ...behind].some(token => isHash(token, amongHashes))
}
