import type { CostLine, Tags } from '../resource.ts'

/** Who moved: the manifest since the last apply, somebody editing AWS, both, or unknown (adopted, never applied by us). */
export type Reason = 'manifest' | 'drift' | 'both' | 'unknown'

/** One field where live AWS and the wish part. */
export interface Difference {
  /** Dotted path, its first word the part: `configuration.memoryMb`. */
  readonly path: string
  /** `undefined` where that side has nothing. */
  readonly live: unknown
  /** Unknown values read `(known after apply: role/task arn)`. */
  readonly want: unknown
  readonly reason: Reason
}

export interface Change {
  /** `kind/logical` */
  readonly id: string
  readonly name: string
  /** `finish`: there and ours but half-made or only tags to mend. `adopt`: there, not ours, and --adopt was given. */
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'adopt' | 'finish'
  readonly differences: readonly Difference[]
  /** This change would lose data nobody can rebuild; it needs explicit consent. */
  readonly losesData: boolean
  /** To be created, and it stood after the last apply: somebody deleted it. */
  readonly vanished: boolean
  /** The commit whose content stands and the one that would come; null for what has no content of ours. */
  readonly revisions: { readonly from: string | null; readonly to: string | null } | null
  /** Seconds AWS usually takes until it is ready. */
  readonly usuallySeconds: number
}

/** Something in AWS that bears the wished name and is not ours. */
export interface Foreign {
  readonly id: string
  readonly name: string
  /** Its `storyarch:stack` tag when another stack of ours owns it, else null. */
  readonly owner: string | null
  readonly tags: Tags
}

export interface Plan {
  readonly stack: string
  readonly region: string
  readonly account: string
  readonly changes: readonly Change[]
  /** Ids that are as wished. */
  readonly unchanged: readonly string[]
  /** Kept although the manifest dropped them: data-bearing, and no consent was given. */
  readonly kept: readonly Change[]
  readonly foreign: readonly Foreign[]
  /** Ids that are ours and not healthy, with AWS's word for it. */
  readonly ailing: readonly { readonly id: string; readonly why: string }[]
  /** Set when the last apply was cut off: some differences may be its unfinished work rather than drift. */
  readonly interrupted: { readonly by: string; readonly atMs: number } | null
  /** Short hash of all that would be done; `up --expect` compares it. */
  readonly fingerprint: string
  readonly cost: readonly (CostLine & { readonly id: string })[]
}
