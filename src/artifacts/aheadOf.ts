/**
 * `work` on the items as they come, at most `width` of them at a time; yields the answers in the items' order. Nothing runs
 * any more when it ends.
 */
export async function* aheadOf<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = []
  try {
    for await (const item of items) {
      const one = work(item)
      // Whoever waits for it hears of it; until then it is nobody's.
      one.catch(() => {})
      running.push(one)
      const first = running.length < width ? undefined : running.shift()
      if (first !== undefined) yield await first
    }
    for (let first = running.shift(); first !== undefined; first = running.shift()) yield await first
  } finally {
    await Promise.allSettled(running)
  }
}
