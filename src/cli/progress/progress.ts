import type { Report } from '../../engine/events.ts'
import type { Shell } from '../shell.ts'
import { jsonProgress } from './jsonProgress.ts'
import { liveProgress } from './liveProgress.ts'
import { plainProgress } from './plainProgress.ts'

/** Shows what the engine reports until it is closed. */
export interface Progress {
  readonly report: Report
  close(): void
}

/** The way of showing progress that suits who reads: a program, a person, or a log. */
export const openProgress = (shell: Shell, flags: { readonly json: boolean }): Progress => {
  if (flags.json) return jsonProgress(shell)
  return shell.animated ? liveProgress(shell) : plainProgress(shell)
}
