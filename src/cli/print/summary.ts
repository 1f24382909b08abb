import type { ExitCode } from '../exitCode.ts'
import type { Shell } from '../shell.ts'
import { bytes } from './bytes.ts'
import { duration } from './duration.ts'

export interface Summary {
  readonly reads: number
  readonly writes: number
  readonly durationMs: number
  readonly exitCode: ExitCode
  readonly done: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
  /** What was shipped: `files uploaded` → how many. */
  readonly shipped: Readonly<Record<string, number>>
  readonly outputs: Readonly<Record<string, string>>
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const shippedText = (what: string, count: number): string => {
  if (what === 'bytes sent') return `${bytes(count)} sent`
  return count === 1 ? `1 ${what.replace(/s\b/, '')}` : `${count} ${what}`
}

/** The last word of a long command: an event for programs, a line for people. */
export const printSummary = (shell: Shell, { json }: { readonly json: boolean }, summary: Summary): void => {
  if (json) {
    shell.emit({ type: 'summary', ...summary })
    return
  }
  const { done, reads, writes, durationMs, shipped } = summary
  const counts = Object.entries(shipped).map(([what, count]) => shippedText(what, count))
  if (counts.length > 0) shell.say(`shipped  ${counts.join(', ')}`)
  const calls = `${counted(reads, 'read')} and ${counted(writes, 'write')} to AWS`
  shell.say(shell.sayColours.dim(`${done.length} done in ${duration(durationMs)} (${calls})`))
}
