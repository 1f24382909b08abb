import type { Colours } from '../shell.ts'

export type Ink = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta'

/** A stretch of text in one ink. */
export interface Span {
  readonly text: string
  readonly ink: Ink
}

/** One line of the screen. */
export type Line = readonly Span[]

export const span = (text: string, ink: Ink = 'plain'): Span => ({ text, ink })

/** Columns a line takes. Texts of others are made plain (`shown`) before they come here. */
export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + text.length, 0)

/** Text from elsewhere on one line, without what a terminal obeys or shows in none or two columns. */
export const shown = (text: string): string =>
  text.replace(/[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f]+/g, ' ').trim()

/** The line cut to `width` columns, with an ellipsis where something is missing. */
export const fitted = (line: Line, width: number): Line => {
  if (widthOf(line) <= width) return line
  let left = width - 1
  const kept: Span[] = []
  for (const { text, ink } of line) {
    if (left <= 0) break
    kept.push({ text: text.slice(0, left), ink })
    left -= text.length
  }
  return [...kept, span('…', 'dim')]
}

/** Two columns side by side. */
export const beside = (left: readonly Line[], right: readonly Line[], leftWidth: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = fitted(left[index] ?? [], leftWidth)
    const other = right[index]
    if (other === undefined || other.length === 0) return line
    return [...line, span(' '.repeat(leftWidth - widthOf(line) + 2)), ...other]
  })

/** Words in as few lines as fit, each at most `width` columns. */
export const wrapped = (words: readonly string[], width: number, ink: Ink): Line[] => {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(text => [span(text, ink)])
}

/** As text with colours for a terminal or none for a pipe. */
export const lineText = (line: Line, colours: Colours): string =>
  line
    .map(({ text, ink }) => (ink === 'plain' ? text : colours[ink](text)))
    .join('')
    .trimEnd()
