/** The middle value; of an even number of values the lower of the two in the middle. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN

/**
 * The list from its place `by` on, then what stands before it. A process finds the memory warm that the one before it left, so
 * each round of a comparison begins with another.
 */
export const rotated = <T>(list: readonly T[], by: number): T[] => {
  const at = list.length === 0 ? 0 : by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

/** Medians of several measured things, taken in turn (A B C, B C A …) so that the machine's drift hits all alike. */
export const inTurn = async <K extends string>(
  rounds: number,
  things: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number>> => {
  const values = Object.fromEntries(Object.keys(things).map(name => [name, [] as number[]])) as Record<
    K,
    number[]
  >
  for (let round = 0; round < rounds; round++)
    for (const name of rotated(Object.keys(things) as K[], round)) values[name].push(await things[name]())
  return Object.fromEntries(
    Object.entries<number[]>(values).map(([name, all]) => [name, median(all)]),
  ) as Record<K, number>
}
