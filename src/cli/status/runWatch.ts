import { once } from 'node:events'
import { followLogs } from '../../operations/logs/followLogs.ts'
import { LOG_NAMES } from '../../operations/logs/readLog.ts'
import { endless, readerLeft } from '../endless.ts'
import { type ExitCode, exitCode } from '../exitCode.ts'
import type { GlobalFlags } from '../flags.ts'
import { faultOf } from '../print/error.ts'
import type { Shell } from '../shell.ts'
import { type Deed, newBoard, PARTS, type Part } from './board.ts'
import { doDeed } from './doDeed.ts'
import { type BoardEvent, reduce } from './reduce.ts'
import { openSource } from './source.ts'
import { type View, viewFor } from './view.ts'

/** How often each part is read. The survey of all resources makes dozens of calls. */
const EVERY_MS: Readonly<Record<Part, number>> = {
  backend: 1000,
  alarm: 20_000,
  database: 15_000,
  stack: 120_000,
}
const TICK_MS = 1000
const LOG_SINCE_MS = 10 * 60_000

/**
 * `storyarch status --watch`: the board kept up to date until `q` or Ctrl-C. On a terminal it is the dashboard, under
 * `--json` a line for each change, elsewhere a line for each change of the backend's state.
 */
export const runWatch = async (flags: GlobalFlags, shell: Shell): Promise<ExitCode> => {
  const source = await openSource(flags, shell)
  const { host } = shell
  const startedMs = host.now()
  // Said before the screen changes hands.
  await source.stack.identified(Promise.resolve())
  const over = new AbortController()
  let board = newBoard(source.stack.blueprint.stack, source.stack.backend !== null, host.now())
  let log: AbortController | null = null
  let view: View | null = null

  const dispatch = (event: BoardEvent): void => {
    const reaction = reduce(board, event)
    if (reaction.board !== board) view?.show(reaction.board)
    board = reaction.board
    if (reaction.deed !== null) void perform(reaction.deed)
    if (board.log === null) log = log?.abort() ?? null
    else log ??= followLog()
    if (board.ended !== null) over.abort()
  }
  const failed = (error: unknown): string => faultOf(error, shell, flags).fact

  const perform = async (deed: Deed): Promise<void> => {
    try {
      dispatch({ type: 'did', deed, ...(await doDeed(deed, source.stack, over.signal, host.now)) })
    } catch (error) {
      dispatch({ type: 'did', deed, text: failed(error), isBad: true })
    }
    await look('backend')
    if (deed === 'stop') await look('database')
  }
  const look = async (part: Part): Promise<void> => {
    try {
      dispatch({ type: 'read', part: await source.read(part), nowMs: host.now() })
    } catch (error) {
      dispatch({ type: 'unreadable', part, why: failed(error) })
    }
  }
  const keepLooking = async (part: Part): Promise<void> => {
    while (!over.signal.aborted) {
      await look(part)
      await pause(EVERY_MS[part])
    }
  }
  const pause = (ms: number): Promise<void> =>
    source.stack.world.clock.sleep(ms, over.signal).catch(() => undefined)
  const tick = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await pause(TICK_MS)
      dispatch({ type: 'tick', nowMs: host.now() })
    }
  }
  const followLog = (): AbortController => {
    const closing = new AbortController()
    const { world, backend } = source.stack
    const doors = { ...world, signal: AbortSignal.any([closing.signal, over.signal]) }
    const wish = { names: LOG_NAMES, sinceMs: host.now() - LOG_SINCE_MS }
    if (backend !== null)
      followLogs(doors, backend, wish, events => dispatch({ type: 'logged', events })).catch(error => {
        if (!doors.signal.aborted) dispatch({ type: 'log failed', why: failed(error) })
      })
    return closing
  }

  const interrupt = () => dispatch({ type: 'interrupted' })
  host.interrupted.addEventListener('abort', interrupt, { once: true })
  // The first Ctrl-C may have come while the stack was opened; nobody is told of it again.
  if (host.interrupted.aborted) interrupt()
  view = await viewFor(flags, shell, board, key => dispatch({ type: 'key', key }))
  try {
    const watching = Promise.all([...PARTS.map(keepLooking), tick()])
    // What is being read when somebody quits is nobody's any more.
    await Promise.race([once(over.signal, 'abort'), readerLeft(shell), watching])
  } finally {
    await view.close()
    source.stack.close()
  }
  const told = { startedMs, calls: source.stack.calls }
  const code = await endless(Promise.resolve(), told, flags, shell)
  // In the dashboard Ctrl-C is a key.
  return board.ended === 'interrupted' ? exitCode.interrupted : code
}
