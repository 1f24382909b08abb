/** The lines a terminal shows after `written`, which may move the cursor up and clear below it, and colour text. */
export const screenOf = (written: string): string[] => {
  let lines: string[] = ['']
  // biome-ignore lint/complexity/useRegexLiterals: the escape is clearer spelled out
  const tokens = written.split(new RegExp('(\\x1b\\[\\d*[A-Za-z]|\\n)'))
  for (const token of tokens) {
    const up = /^\x1b\[(\d+)A$/.exec(token)
    // The cursor stands at the start of a line whenever the program moves it: what is below is cleared at once.
    if (up !== null) lines = [...lines.slice(0, lines.length - 1 - Number(up[1])), '']
    else if (token === '\n') lines.push('')
    else if (!token.startsWith('\x1b')) lines[lines.length - 1] += token
  }
  return lines.slice(0, -1)
}
