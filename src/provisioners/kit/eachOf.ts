/** Acts on all items as they come, on at most `workers` of them at once. */
export const eachOf = async <T>(
  items: AsyncIterable<T>,
  workers: number,
  act: (item: T) => Promise<unknown>,
): Promise<void> => {
  const iterator = items[Symbol.asyncIterator]()
  const work = async (): Promise<void> => {
    for (let item = await iterator.next(); !item.done; item = await iterator.next()) await act(item.value)
  }
  await Promise.all(Array.from({ length: workers }, work))
}
