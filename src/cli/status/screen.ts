import pico from 'picocolors'
import { isFrame, logLine } from '../print/logLine.ts'
import { backendSection, sessionsSection } from './backendSection.ts'
import { type Board, PARTS } from './board.ts'
import { databaseSection } from './databaseSection.ts'
import { beside, fitted, type Line, shown, span } from './line.ts'
import { costSection, resourcesSection, revisionsSection, urlsSection } from './stackSection.ts'

/** From here on two columns are easier to read than one. */
const TWO_COLUMNS = 120

const section = (title: string, lines: readonly Line[]): Line[] =>
  lines.length === 0 ? [] : [[span(title, 'bold')], ...lines.map((line): Line => [span('  '), ...line]), []]

/** The whole board at `width` columns: what `status` prints once and what `--watch` keeps on the screen. Pure. */
export const screen = (board: Board, width: number): Line[] => {
  const wide = width >= TWO_COLUMNS
  const leftWidth = wide ? Math.floor(width * 0.55) : width
  const rightWidth = wide ? width - leftWidth - 2 : width
  const live = [
    ...(board.hasBackend
      ? [
          ...section('Backend', backendSection(board)),
          ...section('Sessions', sessionsSection(board, 3)),
          ...section('Database', databaseSection(board.database, board.nowMs, 3)),
        ]
      : []),
  ]
  const standing = [
    ...section('Addresses', urlsSection(board.stack)),
    ...section('Content', revisionsSection(board.stack)),
    ...section('Resources', resourcesSection(board.stack, rightWidth - 2)),
    ...section('Cost', costSection(board.stack)),
  ]
  const body = wide && live.length > 0 ? beside(live, standing, leftWidth) : [...live, ...standing]
  const lines = [header(board), [], ...troubles(board), ...body].map(line => fitted(line, width))
  while (lines.at(-1)?.length === 0) lines.pop()
  return lines
}

const header = ({ name, stack, nowMs }: Board): Line => [
  span(name, 'bold'),
  span(
    `  ${stack === null ? '' : `account ${stack.account}, ${stack.region}, `}${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    'dim',
  ),
]

const troubles = ({ unreadable }: Board): Line[] => {
  const lines = PARTS.flatMap((part): Line[] => {
    const why = unreadable[part]
    return why === undefined ? [] : [[span(`${part} could not be read: ${shown(why)}`, 'red')]]
  })
  return lines.length === 0 ? [] : [...lines, []]
}

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['w', 'wake'],
  ['p', 'ping'],
  ['s', 'stop'],
  ['l', 'logs'],
  ['q', 'quit'],
]

/** The part of the window that the log may take when it is open. */
const LOG_SHARE = 0.45

/** A window full of the board: cut to its height, with the log if it is open and what the keys do below. Pure. */
export const window = (
  board: Board,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Line[] => {
  const footer = [[], outcome(board), keys(board)].map(line => fitted(line, columns))
  const room = Math.max(1, rows - footer.length - 1)
  const logRows = board.log === null ? 0 : Math.max(3, Math.floor(room * LOG_SHARE))
  const top = screen(board, columns)
  const fits = top.length <= room - logRows
  const shownTop = fits
    ? top
    : [...top.slice(0, Math.max(0, room - logRows - 1)), [span('… a taller window shows more', 'dim')]]
  return [...shownTop, ...logPane(board, logRows, columns), ...footer]
}

const logPane = ({ log }: Board, rows: number, columns: number): Line[] => {
  if (log === null) return []
  const colourless = pico.createColors(false)
  const texts = log
    .filter(({ message }) => !isFrame(message))
    .slice(-rows)
    .flatMap(event => logLine(event, colourless).split('\n'))
  const lines = texts.length === 0 ? ['waiting for lines …'] : texts.slice(-(rows - 1))
  return [[span('Log', 'bold')], ...lines.map((text): Line => fitted([span(shown(text))], columns))]
}

const outcome = ({ asking, doing, said, nowMs }: Board): Line => {
  if (asking === 'stop') return [span('Stop the backend? y / n', 'yellow')]
  if (doing !== null)
    return [span(`${doing.deed} … ${Math.max(0, Math.round((nowMs - doing.sinceMs) / 1000))} s`, 'yellow')]
  return said === null ? [] : [span(shown(said.text), said.isBad ? 'red' : 'green')]
}

const keys = ({ hasBackend }: Board): Line =>
  KEYS.filter(([key]) => hasBackend || key === 'q').flatMap(([key, does], index) => [
    span(index === 0 ? '' : '   '),
    span(key, 'bold'),
    span(` ${does}`, 'dim'),
  ])
