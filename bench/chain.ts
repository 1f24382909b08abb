import type { SlowCall } from './slowAws.ts'

/**
 * The longest run of calls in which each began after the one before it had ended: what a program must wait for one
 * after another at the very least, given the calls it chose to make.
 * Measured with a delay that dwarfs everything else: then the span divided by the delay is the number of rounds.
 */
export const longestChain = (calls: readonly SlowCall[]): number => {
  const sorted = [...calls].sort((a, b) => a.startedMs - b.startedMs)
  const depths: { endedMs: number; depth: number }[] = []
  let longest = 0
  for (const call of sorted) {
    const before = depths.filter(({ endedMs }) => endedMs <= call.startedMs)
    const depth = 1 + before.reduce((most, { depth }) => Math.max(most, depth), 0)
    depths.push({ endedMs: call.endedMs, depth })
    longest = Math.max(longest, depth)
  }
  return longest
}
