import { noStack } from '../../operations/readLife.ts'
import { type ExitCode, exitCode } from '../exitCode.ts'
import type { GlobalFlags } from '../flags.ts'
import { faultOf, isAbort } from '../print/error.ts'
import type { Shell } from '../shell.ts'
import { type Board, newBoard, PARTS } from './board.ts'
import { eventOf } from './eventOf.ts'
import { lineText } from './line.ts'
import { reduce } from './reduce.ts'
import { screen } from './screen.ts'
import { openSource, type Source } from './source.ts'

/** Columns where nothing says how many there are; a terminal without a size says 0. */
const COLUMNS = 100

/** `storyarch status`: everything read once and printed. Exit code 1 when a part could not be read. */
export const runStatus = async (flags: GlobalFlags, shell: Shell): Promise<ExitCode> => {
  const source = await openSource(flags, shell)
  const board = await source.stack.identified(readBoard(source, flags, shell))
  source.stack.close()
  if (board.stack?.resources.every(({ health }) => health === 'missing'))
    throw noStack(board.name, 'whole list of resources', null)
  if (flags.json) shell.emit(eventOf(board))
  else
    for (const line of screen(board, shell.host.stdout.columns || COLUMNS))
      shell.out(lineText(line, shell.outColours))
  return Object.keys(board.unreadable).length === 0 ? exitCode.ok : exitCode.error
}

/** Every part read at once; what cannot be read is told in its place. */
const readBoard = async (source: Source, flags: GlobalFlags, shell: Shell): Promise<Board> => {
  const { stack } = source
  const { now, interrupted } = shell.host
  const events = await Promise.all(
    PARTS.map(async part => {
      try {
        return { type: 'read' as const, part: await source.read(part), nowMs: now() }
      } catch (error) {
        if (isAbort(error) || interrupted.aborted) throw error
        return { type: 'unreadable' as const, part, why: faultOf(error, shell, flags).fact }
      }
    }),
  )
  const empty = newBoard(stack.blueprint.stack, stack.backend !== null, now())
  return events.reduce((board, event) => reduce(board, event).board, empty)
}
