/** One state the database had, as S3 keeps it. */
export interface Version {
  readonly id: string
  /** Epoch milliseconds. */
  readonly atMs: number
  readonly bytes: number
  readonly etag: string
  readonly isCurrent: boolean
}

/** Somebody deleted the database; every version before it is still there. */
export interface DeleteMarker {
  readonly id: string
  readonly atMs: number
  readonly isCurrent: boolean
}

/** All that S3 knows of a database's past, the latest first. */
export interface Versions {
  /** Null when there is none, or it was deleted. */
  readonly current: Version | null
  readonly versions: readonly Version[]
  readonly deleteMarkers: readonly DeleteMarker[]
}

/** What the agent, or a restore, wrote beside a version; null: nobody said. */
export interface Origin {
  /** `stop`, `restore`, … */
  readonly reason: string | null
  /** Of the task that wrote it. */
  readonly generation: string | null
  readonly sha256: string | null
  /** The version it was made from. */
  readonly parent: string | null
}

export const NO_ORIGIN: Origin = { reason: null, generation: null, sha256: null, parent: null }

/** The names under which that stands in the object's metadata, shared with the agent. */
export const ORIGIN_METADATA = {
  reason: 'sa-reason',
  generation: 'sa-generation',
  sha256: 'sa-sha256',
  parent: 'sa-parent',
} as const satisfies Record<keyof Origin, string>

export const originOf = (metadata: Readonly<Record<string, string>> = {}): Origin => ({
  reason: metadata[ORIGIN_METADATA.reason] ?? null,
  generation: metadata[ORIGIN_METADATA.generation] ?? null,
  sha256: metadata[ORIGIN_METADATA.sha256] ?? null,
  parent: metadata[ORIGIN_METADATA.parent] ?? null,
})
