import type { LogEvent } from '../../operations/logs/logEvent.ts'
import type { Board, Deed, Part } from './board.ts'

export type BoardEvent =
  | { readonly type: 'tick'; readonly nowMs: number }
  | {
      readonly type: 'read'
      readonly part: Partial<Pick<Board, Part>>
      readonly nowMs: number
    }
  | { readonly type: 'unreadable'; readonly part: Part; readonly why: string }
  /** A key as the terminal sends it: a letter, or `ctrl-c`. */
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'did'; readonly deed: Deed; readonly text: string; readonly isBad: boolean }
  | { readonly type: 'logged'; readonly events: readonly LogEvent[] }
  | { readonly type: 'log failed'; readonly why: string }
  | { readonly type: 'interrupted' }

/** What the board becomes, and the deed that is to be done now. */
export interface Reaction {
  readonly board: Board
  readonly deed: Deed | null
}

const KEPT_LINES = 500

const DEEDS: Readonly<Record<string, Deed>> = { w: 'wake', p: 'ping', s: 'stop' }

/** How the dashboard answers to what happens. Pure; once it has ended nothing moves it. */
export const reduce = (board: Board, event: BoardEvent): Reaction => {
  if (board.ended !== null) return { board, deed: null }
  const only = (changes: Partial<Board>): Reaction => ({ board: { ...board, ...changes }, deed: null })
  switch (event.type) {
    case 'tick':
      return only({ nowMs: event.nowMs })
    case 'read': {
      const read = Object.keys(event.part)
      const unreadable = Object.fromEntries(
        Object.entries(board.unreadable).filter(([part]) => !read.includes(part)),
      )
      // Being told to wait is over then.
      const isReadyNow = event.part.backend?.state === 'READY' && board.backend?.state !== 'READY'
      const said = isReadyNow && board.said?.isBad === false ? null : board.said
      return only({ ...event.part, unreadable, said, nowMs: event.nowMs })
    }
    case 'unreadable':
      return only({ unreadable: { ...board.unreadable, [event.part]: event.why } })
    case 'did':
      return only({
        doing: board.doing?.deed === event.deed ? null : board.doing,
        said: { text: event.text, isBad: event.isBad },
      })
    case 'logged':
      return board.log === null
        ? { board, deed: null }
        : only({ log: [...board.log, ...event.events].slice(-KEPT_LINES) })
    case 'log failed':
      return only({ log: null, said: { text: event.why, isBad: true } })
    case 'interrupted':
      return only({ ended: 'interrupted' })
    case 'key':
      return pressed(board, event.key)
  }
}

const pressed = (board: Board, key: string): Reaction => {
  const only = (changes: Partial<Board>): Reaction => ({ board: { ...board, ...changes }, deed: null })
  if (key === 'ctrl-c') return only({ ended: 'interrupted' })
  if (board.asking !== null) {
    if (key.toLowerCase() !== 'y')
      return only({ asking: null, said: { text: 'Nothing was stopped.', isBad: false } })
    return begin({ ...board, asking: null }, board.asking)
  }
  if (key === 'q') return only({ ended: 'quit' })
  if (key === 'l') return board.hasBackend ? only({ log: board.log === null ? [] : null }) : only({})
  const deed = DEEDS[key]
  if (deed === undefined || !board.hasBackend) return only({})
  if (deed !== 'stop') return begin(board, deed)
  if (board.backend?.state === 'ASLEEP')
    return only({ said: { text: 'The backend is asleep.', isBad: false } })
  return board.doing === null ? only({ asking: 'stop', said: null }) : begin(board, deed)
}

/** One deed at a time: what is asked for meanwhile is said to be refused. */
const begin = (board: Board, deed: Deed): Reaction => {
  if (board.doing === null)
    return { board: { ...board, doing: { deed, sinceMs: board.nowMs }, said: null }, deed }
  const said = { text: `Still at it: ${board.doing.deed}.`, isBad: false }
  return { board: { ...board, said }, deed: null }
}
