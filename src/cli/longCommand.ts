import type { Report } from '../engine/events.ts'
import type { Opened } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { printError } from './print/error.ts'
import { printSummary } from './print/summary.ts'
import { openProgress } from './progress/progress.ts'
import type { Shell } from './shell.ts'

/** What a long command ends with. */
export interface End {
  readonly exitCode: ExitCode
  readonly outputs: Readonly<Record<string, string>>
}

/** A command that changes AWS and may be interrupted half-way. */
export interface LongCommand<T extends Opened> {
  /** The command line that goes on after an interruption. */
  readonly again: string
  open(report: Report): Promise<T>
  /** `settled` ends the progress display: what follows is said below it. */
  work(opened: T, settled: () => void): Promise<End>
}

/**
 * Frames a long command: its progress, a word at the first Ctrl-C, its errors, and the summary that comes last whatever
 * happens. Never throws.
 */
export const runLong = async <T extends Opened>(
  { again, open, work }: LongCommand<T>,
  flags: GlobalFlags,
  shell: Shell,
): Promise<ExitCode> => {
  const { interrupted, now } = shell.host
  const startedMs = now()
  const done: string[] = []
  const failed: string[] = []
  const skipped: string[] = []
  const tallies = new Map<string, number>()
  const progress = openProgress(shell, flags)
  const report: Report = event => {
    if (event.type === 'done') done.push(event.id)
    if (event.type === 'failed') failed.push(event.id)
    if (event.type === 'skipped') skipped.push(event.id)
    if (event.type === 'tally') tallies.set(event.what, (tallies.get(event.what) ?? 0) + event.count)
    progress.report(event)
  }
  const onInterrupt = () =>
    report({ type: 'note', text: 'Stopping: calls in flight finish. Ctrl-C again leaves at once.' })
  interrupted.addEventListener('abort', onInterrupt, { once: true })

  let opened: T | null = null
  const end = async (): Promise<End> => {
    try {
      opened = await open(report)
      return await work(opened, progress.close)
    } catch (error) {
      progress.close()
      const code = interrupted.aborted ? exitCode.interrupted : printError(error, shell, flags)
      return { exitCode: code, outputs: {} }
    }
  }
  const { outputs, ...ended } = await end()
  const code = interrupted.aborted ? exitCode.interrupted : ended.exitCode
  interrupted.removeEventListener('abort', onInterrupt)
  if (code === exitCode.interrupted)
    shell.say(`Interrupted; ${done.length === 0 ? 'nothing' : done.length} done. To go on: ${again}`)
  const { reads, writes } = (opened as T | null)?.calls ?? { reads: 0, writes: 0 }
  const durationMs = now() - startedMs
  printSummary(shell, flags, {
    reads,
    writes,
    durationMs,
    exitCode: code,
    done,
    failed,
    skipped,
    shipped: Object.fromEntries(tallies),
    outputs,
  })
  ;(opened as T | null)?.close()
  return code
}
