import type { Opened } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import { printSummary } from './print/summary.ts'
import type { Shell } from './shell.ts'

/** Resolves when the reader of stdout has left (`storyarch logs --follow | grep -m1 ready`), which the next line finds out. */
export const readerLeft = ({ host: { stdout } }: Shell): Promise<void> =>
  new Promise(resolve => void stdout.once?.('error', () => resolve()))

/**
 * Frames what goes on until Ctrl-C: then it ends with exit code 130, under `--json` after a summary; with 0 when nobody
 * reads it any more. Throws what `work` throws by itself.
 */
export const endless = async (
  work: Promise<unknown>,
  { startedMs, calls }: { readonly startedMs: number } & Pick<Opened, 'calls'>,
  flags: { readonly json: boolean },
  shell: Shell,
): Promise<ExitCode> => {
  const { interrupted, now } = shell.host
  try {
    await Promise.race([work, readerLeft(shell)])
  } catch (error) {
    if (!interrupted.aborted) throw error
  }
  const code = interrupted.aborted ? exitCode.interrupted : exitCode.ok
  if (flags.json)
    printSummary(shell, flags, {
      reads: calls.reads,
      writes: calls.writes,
      durationMs: now() - startedMs,
      exitCode: code,
      done: [],
      failed: [],
      skipped: [],
      shipped: {},
      outputs: {},
    })
  return code
}
