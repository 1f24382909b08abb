const LONGEST = 100

/** Needs no quotes: no spaces, no quotes, nothing a terminal obeys. */
const PLAIN = /^[^\s"\p{C}]+$/u

/** Any plain value on one line, cut where it is long. */
export const oneLine = (value: unknown): string => {
  if (value === undefined || value === null) return '(none)'
  if (typeof value === 'string' && value.startsWith('(known after apply')) return value
  const text = shortened(typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value))
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`
}

const HASH = /\b([0-9a-f]{12})[0-9a-f]{52}\b/g

/** Hashes as people compare them: by their start. */
const shortened = (text: string): string => text.replace(HASH, '$1…')

/** One line of a small diff. */
export interface DiffLine {
  readonly sign: '+' | '-'
  readonly text: string
}

const MOST_LINES = 12

/**
 * The lines in which two long values part: elements of lists, lines of texts, the differing stretch of a long string.
 * Null where `live -> want` on one line says it all.
 */
export const smallDiff = (live: unknown, want: unknown): DiffLine[] | null => {
  if (Array.isArray(live) && Array.isArray(want) && live.length + want.length > 2) return listDiff(live, want)
  if (typeof live !== 'string' || typeof want !== 'string') return null
  if (live.includes('\n') || want.includes('\n')) return cut(changedLines(live.split('\n'), want.split('\n')))
  return live.length > LONGEST || want.length > LONGEST ? stretch(live, want) : null
}

/** Elements that went and came; null when only their order differs. */
const listDiff = (live: readonly unknown[], want: readonly unknown[]): DiffLine[] | null => {
  const had = live.map(oneLine)
  const gets = want.map(oneLine)
  const lines: DiffLine[] = [
    ...had.filter(item => !gets.includes(item)).map(text => ({ sign: '-' as const, text })),
    ...gets.filter(item => !had.includes(item)).map(text => ({ sign: '+' as const, text })),
  ]
  return lines.length === 0 ? null : cut(lines)
}

const changedLines = (live: readonly string[], want: readonly string[]): DiffLine[] => {
  const { start, end } = commonEnds(live, want)
  return [
    ...live.slice(start, live.length - end).map(text => ({ sign: '-' as const, text })),
    ...want.slice(start, want.length - end).map(text => ({ sign: '+' as const, text })),
  ]
}

const CONTEXT = 20

const stretch = (live: string, want: string): DiffLine[] => {
  const { start, end } = commonEnds([...live], [...want])
  const from = Math.max(0, start - CONTEXT)
  const part = (text: string): string => {
    const characters = [...text]
    const to = Math.min(characters.length, Math.max(start, characters.length - end) + CONTEXT)
    const middle = characters.slice(from, to).join('')
    const shown = middle.length <= 2 * LONGEST ? middle : `${middle.slice(0, 2 * LONGEST)}…`
    return `${from > 0 ? '…' : ''}${shown}${to < characters.length ? '…' : ''}`
  }
  return [
    { sign: '-', text: part(live) },
    { sign: '+', text: part(want) },
  ]
}

/** How many elements two lists share at their start and, beyond that, at their end. */
const commonEnds = <T>(a: readonly T[], b: readonly T[]): { start: number; end: number } => {
  const most = Math.min(a.length, b.length)
  let start = 0
  while (start < most && a[start] === b[start]) start++
  let end = 0
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return { start, end }
}

const cut = (lines: DiffLine[]): DiffLine[] =>
  lines.length <= MOST_LINES
    ? lines
    : [
        ...lines.slice(0, MOST_LINES),
        { sign: '+', text: `… and ${lines.length - MOST_LINES} more changed lines` },
      ]
