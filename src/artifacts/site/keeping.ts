import type { SyncState } from './planSync.ts'
import {
  GENERATED,
  KEPT,
  keptKey,
  type PastRelease,
  RELEASES,
  type Release,
  releaseKey,
  versionIn,
} from './release.ts'

/** S3 copies no larger object in one call (S3 API Reference, "CopyObject"). */
export const MOST_COPY_BYTES = 5 * 1024 ** 3

const isFresh = ({ keepSeconds, nowMs }: SyncState, sinceMs: number): boolean =>
  sinceMs + keepSeconds * 1000 > nowMs

/** Of the objects about to be lost, those whose content an earlier release would need, each content once. */
export const keepsOf = (state: SyncState, paths: readonly string[]): { path: string; hash: string }[] => {
  const { listing, base, unfinished, keepSeconds } = state
  if (keepSeconds <= 0) return []
  const byHash = new Map<string, string>()
  for (const path of paths) {
    const object = listing.get(path)
    if (object === undefined || GENERATED.includes(path) || object.size > MOST_COPY_BYTES) continue
    const file = base?.files[path]
    if (file?.etag === object.etag) byHash.set(file.hash, path)
    // Of no release that was ever finished.
    else if (!unfinished.some(({ files }) => files[path]?.hash === object.etag)) byHash.set(object.etag, path)
  }
  return [...byHash].map(([hash, path]) => ({ path, hash }))
}

/** Kept contents after this deploy, with the time they were last replaced. */
export const keptAfter = (state: SyncState, keeps: readonly { readonly hash: string }[]): Release['kept'] => {
  const kept: Record<string, number> = {}
  // A run that was killed may have replaced them since; what a release holds counts from when it is replaced.
  const inUse = new Set(Object.values(state.base?.files ?? {}).map(({ hash }) => hash))
  for (const key of state.listing.keys()) {
    if (!key.startsWith(KEPT)) continue
    const hash = key.slice(KEPT.length)
    // One that no record knows is from a run that was killed before it wrote one.
    const sinceMs = inUse.has(hash) ? state.nowMs : (state.base?.kept[hash] ?? state.nowMs)
    if (isFresh(state, sinceMs)) kept[hash] = sinceMs
  }
  for (const { hash } of keeps) kept[hash] = state.nowMs
  return kept
}

/** Releases that can be put back after this deploy, newest first. */
export const pastAfter = (state: SyncState): PastRelease[] => {
  const { base, release, listing, nowMs } = state
  if (base === null) return []
  const { version, source, revision, atMs } = base
  return [{ version, source, revision, atMs, replacedAtMs: nowMs }, ...base.past].filter(
    past =>
      past.version !== release.version &&
      isFresh(state, past.replacedAtMs) &&
      listing.has(releaseKey(past.version)),
  )
}

/**
 * What the tool keeps for itself and needs no more. The record that the tag names goes with the next deploy: until this one
 * is through, it says what is ours.
 */
export const surplus = (
  { listing, release, base }: SyncState,
  kept: Release['kept'],
  past: readonly PastRelease[],
): string[] => {
  const versions = new Set([release.version, base?.version, ...past.map(({ version }) => version)])
  const hashes = new Set(Object.keys(kept).map(keptKey))
  return [...listing.keys()].filter(
    key =>
      (key.startsWith(KEPT) && !hashes.has(key)) ||
      (key.startsWith(RELEASES) && !versions.has(versionIn(key))),
  )
}
