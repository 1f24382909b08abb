import type { Probe } from '../operations/awaitReady.ts'

const TIMEOUT_MS = 5000

/** Asks the app by plain HTTP. */
export const probe: Probe = async url => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}
