/**
 * A terminal's screen with its colours, as `tmux capture-pane -e -p` prints it, drawn as an SVG of `columns` columns.
 * `title`: for whom cannot see it.
 */
export const svgOfScreen = (screen: string, columns: number, title: string): string => {
  const lines = screen.replace(/\n+$/, '').split('\n')
  const width = columns * CELL_WIDTH + 2 * MARGIN
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN
  const body = lines.map((line, row) => textOf(line, MARGIN + (row + 0.8) * LINE_HEIGHT)).filter(Boolean)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${FOREGROUND}">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

const CELL_WIDTH = 8.43
const LINE_HEIGHT = 18
const MARGIN = 16
const BACKGROUND = '#16181d'
const FOREGROUND = '#d7dae0'
/** Black, red, green, yellow, blue, magenta, cyan, white; then the bright ones. */
const COLOURS = [
  ...['#3b4048', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d7dae0'],
  ...['#6b727e', '#ff8791', '#b5e08f', '#ffd68a', '#82c4ff', '#de95f2', '#70d3de', '#ffffff'],
]

interface Style {
  readonly colour: string | null
  readonly bold: boolean
  readonly dim: boolean
}

const PLAIN: Style = { colour: null, bold: false, dim: false }

/** One line: runs of one style each, put where their column is, so that no font can shift them. */
const textOf = (line: string, y: number): string => {
  let style = PLAIN
  let column = 0
  const spans: string[] = []
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1]
    if (codes === undefined) {
      spans.push(...words(part, column, style))
      column += [...part].length
    } else style = codes.split(';').map(Number).reduce(styled, style)
  }
  return spans.length === 0 ? '' : `<text y="${y.toFixed(1)}" xml:space="preserve">${spans.join('')}</text>`
}

/** Blanks are left out: they only move what follows. */
const words = (text: string, column: number, style: Style): string[] =>
  [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => {
    const at = column + [...text.slice(0, index)].length
    const length = [...word].length * CELL_WIDTH
    const place = `x="${(MARGIN + at * CELL_WIDTH).toFixed(1)}" textLength="${length.toFixed(1)}"`
    return `<tspan ${place}${attributes(style)}>${escaped(word)}</tspan>`
  })

const attributes = ({ colour, bold, dim }: Style): string =>
  (colour === null ? '' : ` fill="${colour}"`) +
  (bold ? ' font-weight="bold"' : '') +
  (dim ? ' fill-opacity="0.6"' : '')

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** What one code of "Select Graphic Rendition" (ECMA-48) makes of a style. */
const styled = (style: Style, code: number): Style => {
  if (code === 0) return PLAIN
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, dim: true }
  if (code === 22) return { ...style, bold: false, dim: false }
  if (code === 39) return { ...style, colour: null }
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30] ?? null }
  if (code >= 90 && code <= 97) return { ...style, colour: COLOURS[code - 82] ?? null }
  return style
}
