import { createHash } from 'node:crypto'
import type { Headers } from './headers.ts'

/** Where the tool keeps what it must remember, inside the bucket and never served. */
export const OWN_FOLDER = '.storyarch/'
export const RELEASES = `${OWN_FOLDER}releases/`
export const UNFINISHED = `${OWN_FOLDER}unfinished/`
export const KEPT = `${OWN_FOLDER}kept/`

export const releaseKey = (version: string): string => `${RELEASES}${version}.json`
export const unfinishedKey = (version: string): string => `${UNFINISHED}${version}.json`
export const keptKey = (hash: string): string => `${KEPT}${hash}`
export const versionIn = (key: string): string => key.replace(/^.*\//, '').replace(/\.json$/, '')

/** Served beside the app and made anew by each deploy. */
export const GENERATED: readonly string[] = ['storyarch.js', 'storyarch.json']

/** A file as it stands in the bucket. */
export interface StoredFile extends Headers {
  /** What it holds: see `contentHash`. */
  readonly hash: string
  readonly size: number
  /** What S3 calls it; another word than `hash` once S3 copied it or encrypts by a key of KMS. */
  readonly etag: string
  /** S3's own time of the last write, as it tells it. */
  readonly modified: string
}

/** A file of an earlier release that open pages may still ask for. */
export interface StaleFile extends StoredFile {
  readonly sinceMs: number
}

/** A release that was replaced and can be put back. */
export interface PastRelease {
  readonly version: string
  readonly source: string
  readonly revision: string | null
  readonly atMs: number
  readonly replacedAtMs: number
}

/** All that must be known of a bucket's content to go on from it. Written when a deploy is through. */
export interface Release {
  readonly format: 1
  readonly version: string
  readonly source: string
  readonly revision: string | null
  readonly atMs: number
  readonly config: SiteConfig
  readonly files: Readonly<Record<string, StoredFile>>
  readonly stale: Readonly<Record<string, StaleFile>>
  /** Old bytes of unhashed files by hash, with the time they were replaced. */
  readonly kept: Readonly<Record<string, number>>
  /** Newest first. */
  readonly past: readonly PastRelease[]
}

/** Written before the first upload, so that whatever a killed run left is known to be ours. */
export interface Unfinished {
  readonly format: 1
  /** What it was about to write. */
  readonly files: Readonly<Record<string, Headers & { readonly hash: string }>>
  /** Paths whose old content the edges may still hold. */
  readonly invalidates: readonly string[]
}

/** What the page learns of its backend. */
export interface SiteConfig {
  readonly apiUrl: string | null
  readonly startUrl: string | null
}

/** Twelve hex digits that say which files with which headers a release is of. */
export const versionOf = (files: ReadonlyMap<string, Headers & { readonly hash: string }>): string => {
  const lines = [...files].map(([path, { hash, type, cache }]) => [path, hash, type, cache].join('\0'))
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 12)
}
