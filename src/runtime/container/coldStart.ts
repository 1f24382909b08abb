/** When a start came how far, epoch milliseconds; null where nobody tells. */
export interface Marks {
  /** Somebody asked for the task. */
  readonly startedMs: number
  readonly pullStartedMs: number | null
  readonly pullStoppedMs: number | null
  /** The database was in its place. */
  readonly restoredMs: number | null
  /** The app answered its health path. */
  readonly healthyMs: number
}

/** How long each part of a cold start took, in milliseconds; together they are the whole. */
export interface ColdStart {
  readonly schedule: number
  readonly pull: number
  readonly database: number
  readonly app: number
}

/**
 * The parts of a start. Marks come from different clocks and some may be missing: none lies before the one it follows,
 * and a part whose end nobody told is in the next one that somebody did.
 */
export const coldStart = (marks: Marks): ColdStart => {
  const order = [marks.pullStartedMs, marks.pullStoppedMs, marks.restoredMs, marks.healthyMs]
  const lengths: number[] = []
  let from = marks.startedMs
  for (const mark of order) {
    const to = Math.min(Math.max(from, mark ?? from), Math.max(marks.startedMs, marks.healthyMs))
    lengths.push(Math.round(to - from))
    from = to
  }
  const [schedule = 0, pull = 0, database = 0, app = 0] = lengths
  return { schedule, pull, database, app }
}
