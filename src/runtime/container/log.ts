export type Level = 'info' | 'warn' | 'error'

/** Says one thing that happened. Facts are plain values, and never a secret. */
export type Log = (level: Level, event: string, facts?: Readonly<Record<string, unknown>>) => void

/** One line of JSON per event, which CloudWatch Logs can filter by field. */
export const jsonLog =
  (write: (line: string) => void, now: () => Date): Log =>
  (level, event, facts = {}) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, event, ...facts })}\n`)

/** What went wrong, in one line. */
export const told = (error: unknown): string =>
  error instanceof Error
    ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`
    : String(error)
