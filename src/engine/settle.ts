import { NotYet, UserError } from '../errors.ts'
import type { World } from './world.ts'

const FIRST_DELAY_MS = 50
const GROWTH = 1.6
const MAX_DELAY_MS = 5_000

/**
 * Does `attempt` until it no longer answers "not yet" (a NotYet, or an AWS answer that goes away by itself).
 * Throws UserError when `atMostSeconds` have passed, and whatever else `attempt` throws.
 */
export const settle = async <T>(
  world: World,
  id: string,
  atMostSeconds: number,
  attempt: () => Promise<T>,
): Promise<T> => {
  const deadlineMs = world.clock.nowMs() + atMostSeconds * 1000
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * GROWTH, MAX_DELAY_MS)) {
    world.signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      const why = error instanceof NotYet ? error.why : world.eventual(error)
      if (why === undefined) throw error
      if (world.clock.nowMs() + delayMs > deadlineMs)
        throw new UserError(
          `${id} is not ready after ${atMostSeconds} s: ${why}.`,
          'Run the same command again: it continues from here.',
          { cause: error },
        )
      world.report({ type: 'waiting', id, why })
      await world.clock.sleep(delayMs, world.signal)
    }
  }
}
