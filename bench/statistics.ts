/** The middle value; of an even number of values the lower of the two in the middle. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN

/**
 * The list in another order for each round, until all orders were had. A process finds the memory and the disk as the one
 * before it left them, so each thing must follow each other one.
 */
export const reordered = <T>(list: readonly T[], round: number): T[] => {
  if (list.length < 2) return [...list]
  const at = round % list.length
  const rest = [...list.slice(0, at), ...list.slice(at + 1)]
  return [...list.slice(at, at + 1), ...reordered(rest, Math.floor(round / list.length))]
}

/** Medians of several measured things, taken in turn (A B C, B A C …) so that the machine's drift hits all alike. */
export const inTurn = async <K extends string>(
  rounds: number,
  things: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number>> => {
  const values = Object.fromEntries(Object.keys(things).map(name => [name, [] as number[]])) as Record<
    K,
    number[]
  >
  for (let round = 0; round < rounds; round++)
    for (const name of reordered(Object.keys(things) as K[], round)) values[name].push(await things[name]())
  return Object.fromEntries(
    Object.entries<number[]>(values).map(([name, all]) => [name, median(all)]),
  ) as Record<K, number>
}
