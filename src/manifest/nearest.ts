/** Single-character edits (insert, delete, replace, swap neighbours) between two words. */
const distance = (a: string, b: string): number => {
  const row = (index: number): number[] => rows[index] ?? []
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row(i - 1)[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (row(i - 2)[j - 2] ?? Infinity) + 1 : Infinity
      row(i)[j] = Math.min(replaced, swapped, (row(i - 1)[j] ?? 0) + 1, (row(i)[j - 1] ?? 0) + 1)
    }
  }
  return row(a.length)[b.length] ?? 0
}

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The choice `word` was probably meant to be, or null: at most a third of its letters differ. Case and `_` are free. */
export const nearest = (word: string, choices: readonly string[]): string | null => {
  // A long word is no slip of the finger, and the table below is quadratic.
  if (word.length > 64) return null
  const ranked = choices
    .map(choice => ({ choice, edits: distance(plain(word), plain(choice)) }))
    .filter(({ choice, edits }) => edits <= Math.max(1, Math.floor(Math.min(choice.length, word.length) / 3)))
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.choice ?? null
}
