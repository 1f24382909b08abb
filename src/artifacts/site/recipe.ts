import type { KnownFiles } from './localFiles.ts'

/** How the files of a site are built before they are uploaded. */
export interface SiteBuild {
  /** Shell command run first; null for none. */
  readonly install: string | null
  readonly command: string
  /** The folder to upload, inside the sources. */
  readonly output: string
}

export interface FromSources {
  readonly from: 'sources'
  /** Absolute. */
  readonly folder: string
  /** Null: the folder is uploaded as it is. */
  readonly build: SiteBuild | null
  /** Absolute; what was built of which sources is noted there. */
  readonly workFolder: string
}

/** A release the bucket still holds is put back. */
export interface FromVersion {
  readonly from: 'version'
  readonly version: string
}

export interface CacheRule {
  readonly glob: string
  /** The Cache-Control of what the glob matches. */
  readonly header: string
}

/** How a site's files come to be: plain JSON. */
export type SiteRecipe = (FromSources | FromVersion) & {
  /** Commit of the sources, with `-dirty` behind it where they were changed since; null without git. */
  readonly revision: string | null
  /** The first that matches a path decides; what none matches has a default (see `servedAs`). */
  readonly cache: readonly CacheRule[]
  /** Files of earlier releases stay that long after they were replaced. */
  readonly keepSeconds: number
  /** Id of the distribution whose edges hold copies; null for none. */
  readonly distribution: string | null
  /** Absolute path of the module served as `/storyarch.js` (see `browserModule`). */
  readonly module: string
  /** What `readSite` learned of the files when this run planned; null: all are read again. */
  readonly known: KnownFiles | null
  /** When this deploy is made, in epoch milliseconds. */
  readonly nowMs: number
}
