import type { ExitCode } from '../exitCode.ts'
import type { Shell } from '../shell.ts'
import { duration } from './duration.ts'

export interface Summary {
  readonly calls: { readonly reads: number; readonly writes: number }
  readonly durationMs: number
  readonly exitCode: ExitCode
  readonly done: number
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
}

/** The last word of a long command: an event for programs, a line for people. */
export const finish = (shell: Shell, { json }: { readonly json: boolean }, summary: Summary): void => {
  const { calls, ...rest } = summary
  const { reads, writes } = calls
  if (json) shell.emit({ type: 'summary', reads, writes, ...rest })
  else
    shell.say(
      shell.sayColours.dim(
        `${duration(summary.durationMs)}, ${reads} read${reads === 1 ? '' : 's'} and ${writes} write${writes === 1 ? '' : 's'} to AWS`,
      ),
    )
}
