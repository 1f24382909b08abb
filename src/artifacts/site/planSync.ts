import { type Headers, isHtml, isLasting } from './headers.ts'
import { keepsOf, keptAfter, MOST_COPY_BYTES, pastAfter, surplus } from './keeping.ts'
import { leftovers, oursIn } from './leftovers.ts'
import { GENERATED, keptKey, OWN_FOLDER, type Release, type StoredFile, type Unfinished } from './release.ts'

/** An object as S3 lists it. */
export interface Listed {
  readonly etag: string
  readonly size: number
  /** ISO 8601. */
  readonly modified: string
}

/** A file as it shall stand. */
export interface WantedFile extends Headers {
  readonly hash: string
  readonly size: number
}

export interface SyncState {
  readonly wanted: ReadonlyMap<string, WantedFile>
  readonly listing: ReadonlyMap<string, Listed>
  /** What the last deploy that got through left; null before the first. */
  readonly base: Release | null
  /** What killed runs were about to do. */
  readonly unfinished: readonly Unfinished[]
  /** Headers of the objects that `unvouched` named. */
  readonly headers: ReadonlyMap<string, Headers>
  readonly release: Pick<Release, 'version' | 'source' | 'revision' | 'config'>
  readonly keepSeconds: number
  readonly nowMs: number
}

/** One object to write. */
export interface Put {
  readonly path: string
  readonly file: WantedFile
  /** The object in the bucket that holds the content already; null: its bytes are sent. */
  readonly copyOf: string | null
}

export interface SyncPlan {
  /** One after another: what pages need, all else, the pages. */
  readonly stages: readonly [assets: readonly Put[], others: readonly Put[], pages: readonly Put[]]
  /** Copied to where old content is kept, before the second stage. */
  readonly keeps: readonly { readonly path: string; readonly hash: string }[]
  /** Paths whose old content the edges may hold. */
  readonly invalidates: readonly string[]
  /** After the switch. */
  readonly removes: readonly string[]
  readonly unchanged: number
  /** Objects of others, left alone. */
  readonly foreign: readonly string[]
  /** Objects of others, or changed by others, where a file of the site belongs. */
  readonly overwritten: readonly string[]
  readonly next: Omit<Release, 'files'>
}

/** Whether the object is as the last deploy left it. */
export const isAsLeft = (object: Listed | undefined, file: StoredFile | undefined): file is StoredFile =>
  object !== undefined &&
  file !== undefined &&
  object.etag === file.etag &&
  object.size === file.size &&
  object.modified === file.modified

/** What the record knows of an object, as long as nobody touched it since. */
const vouched = ({ base, listing }: Pick<SyncState, 'base' | 'listing'>, path: string) => {
  const file = base?.files[path] ?? base?.stale[path]
  return isAsLeft(listing.get(path), file) ? file : undefined
}

/** Wanted files that stand with the right content, put there by who knows whom: their headers must be asked for. */
export const unvouched = (state: Pick<SyncState, 'wanted' | 'listing' | 'base'>): string[] =>
  [...state.wanted].flatMap(([path, { hash, size }]) => {
    const object = state.listing.get(path)
    if (object === undefined || vouched(state, path) !== undefined) return []
    return object.etag === hash && object.size === size ? [path] : []
  })

/** The headers of a wanted file that stands with the right content. */
const standing = (state: SyncState, path: string, { hash }: WantedFile): Headers | undefined => {
  const known = vouched(state, path)
  return known === undefined ? state.headers.get(path) : known.hash === hash ? known : undefined
}

const putOf = (state: SyncState, path: string, file: WantedFile): Put | undefined => {
  const held = standing(state, path, file)
  if (held?.type === file.type && held.cache === file.cache) return undefined
  const kept = keptKey(file.hash)
  const there = held ? path : state.listing.get(kept)?.size === file.size ? kept : null
  return { path, file, copyOf: file.size > MOST_COPY_BYTES ? null : there }
}

const stageOf = ({ path, file }: Put): number => {
  // It tells open pages of a new version, so it turns with the pages.
  if (isHtml(file) || path === 'storyarch.json') return 2
  return isLasting(path, file) ? 0 : 1
}

/**
 * What brings a bucket from `listing` to `wanted`. Pure. Contents decide, never times; nothing is removed that the
 * tool did not upload; hashed files outlive their release by `keepSeconds`; pages come last.
 */
export const planSync = (state: SyncState): SyncPlan => {
  const { wanted, listing, base, nowMs } = state
  const puts = [...wanted].flatMap(([path, file]) => putOf(state, path, file) ?? [])
  const ours = oursIn(state)
  const left = leftovers(state)
  const changed = puts.filter(({ path }) => listing.has(path)).map(({ path }) => path)
  const replaced = puts.filter(({ path, copyOf }) => listing.has(path) && copyOf !== path)
  const keeps = keepsOf(state, [...replaced.map(({ path }) => path), ...left.removes])
  const kept = keptAfter(state, keeps)
  const past = pastAfter(state)
  // It is never cached, and changes with every deploy.
  const isCached = (path: string) => !GENERATED.includes(path) || !ours.has(path)
  const owed = state.unfinished.flatMap(({ invalidates }) => invalidates)
  return {
    stages: [
      puts.filter(put => stageOf(put) === 0),
      puts.filter(put => stageOf(put) === 1),
      puts.filter(put => stageOf(put) === 2),
    ],
    keeps: keeps.filter(({ hash }) => !listing.has(keptKey(hash))),
    invalidates: [...new Set([...[...changed, ...left.removes].filter(isCached), ...owed])].sort(),
    removes: [...left.removes, ...left.expired, ...surplus(state, kept, past)].sort(),
    unchanged: wanted.size - puts.length,
    foreign: [...listing.keys()]
      .filter(key => !key.startsWith(OWN_FOLDER) && !wanted.has(key) && !ours.has(key))
      .sort(),
    overwritten: replaced.flatMap(({ path }) => (ours.has(path) ? [] : [path])).sort(),
    next: {
      format: 1,
      ...state.release,
      atMs: base?.version === state.release.version ? base.atMs : nowMs,
      stale: left.stale,
      kept,
      past,
    },
  }
}
