import { inParallel } from './inParallel.ts'

/**
 * As `inParallel`, but a failure is told only when all work under way has ended: what is still on its way to a server
 * must not arrive after what the next try sends.
 */
export const toTheEnd = async <T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> => {
  const running = new Set<Promise<unknown>>()
  const watched = (item: T): Promise<R> => {
    const one = work(item)
    running.add(one)
    const forget = () => running.delete(one)
    one.then(forget, forget)
    return one
  }
  try {
    return await inParallel(items, width, watched)
  } catch (error) {
    await Promise.allSettled(running)
    throw error
  }
}
