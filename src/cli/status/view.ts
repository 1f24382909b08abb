import type { GlobalFlags } from '../flags.ts'
import type { Shell } from '../shell.ts'
import { backendSection } from './backendSection.ts'
import type { Board } from './board.ts'
import { eventOf } from './eventOf.ts'

/** Shows boards until it is closed. */
export interface View {
  show(board: Board): void
  close(): Promise<void>
}

/** The way of showing that suits who looks: a program, a person at a terminal, or a log. */
export const viewFor = async (
  flags: GlobalFlags,
  shell: Shell,
  first: Board,
  press: (key: string) => void,
): Promise<View> => {
  const { host } = shell
  if (flags.json)
    return changes(
      board => JSON.stringify({ ...eventOf(board), time: null }),
      board => shell.emit(eventOf(board)),
    )
  if (!shell.animated || !shell.interactive || host.stdout.isTTY !== true)
    return changes(stateOf, board => {
      for (const line of stateLines(board))
        shell.out(`${new Date(board.nowMs).toISOString().slice(0, 19)}Z  ${line}`)
    })
  // Ink and React are loaded by nobody else: they would double the start of every command.
  const { openDashboard } = await import('./Dashboard.tsx')
  return openDashboard(host, first, press)
}

/** Tells a board when what `of` makes of it differs from the last one's. */
const changes = (of: (board: Board) => string | null, tell: (board: Board) => void): View => {
  let last: string | null = null
  return {
    show(board) {
      const now = of(board)
      if (now === null || now === last) return
      last = now
      tell(board)
    },
    async close() {},
  }
}

const stateOf = ({ backend, unreadable }: Board): string | null =>
  backend === null
    ? (unreadable.backend ?? null)
    : JSON.stringify([
        backend.state,
        backend.generation,
        backend.expiresAtMs,
        backend.progress.map(({ name }) => name),
      ])

const stateLines = (board: Board): string[] =>
  board.backend === null
    ? [board.unreadable.backend ?? '']
    : backendSection(board)
        .slice(0, 1)
        .map(line => line.map(({ text }) => text).join(''))
