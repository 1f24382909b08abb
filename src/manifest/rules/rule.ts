import type { Written } from '../schema.ts'
import type { Path } from '../yaml.ts'

export type Complaint = { readonly path: Path; readonly message: string }

/** A rule across fields. It runs only when nothing is wrong with the fields it `reads`. */
export interface Rule {
  readonly reads: readonly string[]
  complaints(manifest: Written): readonly (Complaint | null)[]
}

export const when = (wrong: boolean, path: Path, message: string): Complaint | null =>
  wrong ? { path, message } : null
