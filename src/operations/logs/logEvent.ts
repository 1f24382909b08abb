/** Who wrote a line: a container of the task (`app`, `agent`, …) or one of the functions. */
export type Source = string

/** One line of a log. */
export interface LogEvent {
  /** Unique within its group. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly atMs: number
  readonly source: Source
  readonly stream: string
  readonly message: string
}

/** Lines of several logs in the order in which they were written; those of one moment stay in their log's order. */
export const merged = (logs: readonly (readonly LogEvent[])[]): LogEvent[] =>
  logs.flat().sort((a, b) => a.atMs - b.atMs)
