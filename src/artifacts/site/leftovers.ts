import { isLasting } from './headers.ts'
import type { SyncState } from './planSync.ts'
import { GENERATED, type StaleFile } from './release.ts'

/** What earlier deploys left that is wanted no more. */
export interface Leftovers {
  /** Open pages may still ask for these. */
  readonly stale: Readonly<Record<string, StaleFile>>
  /** Their time is up. */
  readonly expired: readonly string[]
  /** To be removed at once: nobody asks for them by a name that only the old pages knew. */
  readonly removes: readonly string[]
}

type Left = Pick<SyncState, 'base' | 'unfinished' | 'listing' | 'nowMs'>

/** Everything the tool ever wrote here and that still holds what it wrote. */
const written = ({ base, unfinished, listing, nowMs }: Left): Map<string, StaleFile> => {
  const found = new Map<string, StaleFile>()
  for (const { files } of unfinished)
    for (const [path, { hash, type, cache }] of Object.entries(files)) {
      const object = listing.get(path)
      if (object?.etag === hash) found.set(path, { ...object, hash, type, cache, sinceMs: nowMs })
    }
  for (const [path, file] of Object.entries(base?.stale ?? {}))
    if (listing.get(path)?.etag === file.etag) found.set(path, file)
  for (const [path, file] of Object.entries(base?.files ?? {}))
    if (listing.get(path)?.etag === file.etag) found.set(path, { ...file, sinceMs: nowMs })
  return found
}

/** Keys of the objects that are the tool's own. */
export const oursIn = (state: Left): ReadonlySet<string> => new Set(written(state).keys())

export const leftovers = (state: SyncState): Leftovers => {
  const stale: Record<string, StaleFile> = {}
  const expired: string[] = []
  const removes: string[] = []
  for (const [path, file] of written(state)) {
    if (state.wanted.has(path)) continue
    if (!isLasting(path, file) || GENERATED.includes(path)) removes.push(path)
    else if (file.sinceMs + state.keepSeconds * 1000 <= state.nowMs) expired.push(path)
    else stale[path] = file
  }
  return { stale, expired, removes }
}
