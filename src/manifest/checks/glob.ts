/** What is wrong with a glob of uploaded files, as the end of a sentence that starts with it; null when nothing is. */
export const glob = (pattern: string): string | null => {
  if (pattern === '') return 'is empty. Use "**" for every file.'
  if (pattern.startsWith('/'))
    return `starts with "/". Paths start inside the output folder: ${pattern.replace(/^\/+/, '') || '**'}.`
  if (pattern.includes('\\')) return 'has a backslash. Folders are parted by "/".'
  if (pattern.split('/').includes('..')) return 'leaves the output folder with "..".'
  if (!balanced(pattern)) return 'opens a bracket that it does not close, or closes one that is not open.'
  return null
}

const CLOSES: Record<string, string> = { ']': '[', '}': '{', ')': '(' }

const balanced = (pattern: string): boolean => {
  const open: string[] = []
  for (const letter of pattern) {
    if ('[{('.includes(letter)) open.push(letter)
    if (letter in CLOSES && open.pop() !== CLOSES[letter]) return false
  }
  return open.length === 0
}
