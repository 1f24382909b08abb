const POLL_MS = 20
const DEADLINE_MS = 15_000

/** What `look` answers once it is no longer undefined. Throws, with what was last seen, when that takes too long. */
export const until = async <T>(
  look: () => T | undefined | Promise<T | undefined>,
  seen: () => unknown = () => 'nothing',
): Promise<T> => {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`did not come about; last seen: ${JSON.stringify(seen())}`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
