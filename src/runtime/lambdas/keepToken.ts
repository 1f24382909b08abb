const KEEP_SECONDS = 60

/**
 * Keeps the API's token for a minute, so that a new one is in force soon without a deploy, and no visitor can make every
 * request a call of Parameter Store. What could not be read is read again the next time.
 */
export const keepToken = (read: () => Promise<string>, now: () => number): (() => Promise<string>) => {
  let kept: { readonly token: Promise<string>; readonly until: number } | null = null
  return () => {
    if (kept !== null && now() < kept.until) return kept.token
    const mine = { token: read(), until: now() + KEEP_SECONDS }
    kept = mine
    mine.token.catch(() => {
      if (kept === mine) kept = null
    })
    return mine.token
  }
}
