import type { BackendState } from './api.ts'
import { GAP_MS } from './delays.ts'
import type { Ask, Moment, Watch } from './watch.ts'

/** Plans the next question. A hidden page plans none, and neither does one that waits for an answer. */
export const later = (watch: Watch, ask: Ask, delayMs: number, { now }: Moment): Watch => {
  const quiet = !watch.visible || watch.asking !== null || watch.wish === 'rest'
  const at = Math.max(now, now + delayMs, watch.heldUntil, watch.askedAt + GAP_MS)
  return { ...watch, next: quiet ? null : { ask, at } }
}

/** Sees the backend in another state; as long as nothing else is said, in one in which nobody can call it. */
export const turn = (watch: Watch, state: BackendState, message: string): Watch => ({
  ...watch,
  state,
  message,
  url: null,
  wakingSince: null,
})
