const SECOND = 1000
const MINUTE = 60 * SECOND

/** Between two questions of one page, whatever happens to it. */
export const GAP_MS = 500

/**
 * How long to wait after `failures` failures in a row. Doubles up to `capMs`; half of it is left to chance, so that
 * pages that failed together do not come back together. `random` lies in [0, 1).
 */
export const backoffMs = (failures: number, random: number, capMs = MINUTE): number =>
  Math.min(capMs, SECOND * 2 ** failures) * (0.5 + random / 2)

/** How long until the next look at a backend that has been waking for so long: the longer, the less often. */
export const pollMs = (wakingMs: number, random: number): number =>
  Math.min(3 * SECOND, Math.max(GAP_MS, wakingMs / 5)) * (0.8 + random / 5)

/**
 * How long between two pings: `pingMs`, or a third of the time left when that is less, so that two may get lost. A
 * time left that makes no sense is a wrong clock on this machine, and is not counted. Pages differ by up to a tenth:
 * the first to ping spares the others theirs.
 */
export const pingDelayMs = (pingMs: number, leftMs: number | null, random: number): number =>
  (leftMs !== null && leftMs > 0 ? Math.min(pingMs, leftMs / 3) : pingMs) * (0.9 + random / 10)
