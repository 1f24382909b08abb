import { askManager } from '../../operations/askManager.ts'
import { stop } from '../../operations/stop.ts'
import type { OpenedStack } from '../context.ts'
import { answerText, storedText } from '../print/backend.ts'
import type { Deed } from './board.ts'

/** Does what a key asked for; answers what came of it, in a sentence. Throws what the operation throws. */
export const doDeed = async (
  deed: Deed,
  { backend, by, world }: OpenedStack,
  signal: AbortSignal,
  now: () => number,
): Promise<{ readonly text: string; readonly isBad: boolean }> => {
  if (backend === null) return { text: 'There is no backend.', isBad: true }
  const who = await by()
  if (deed === 'stop') {
    const { database } = await stop({ ...world, signal }, backend, who)
    const { text, isSafe } = storedText(database, now())
    return { text, isBad: !isSafe }
  }
  const answer = await askManager(world, backend, deed === 'wake' ? 'start' : 'ping', who)
  return { text: answerText(answer, now()), isBad: answer.status === 'failed' }
}
