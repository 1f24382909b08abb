import type { Readable } from 'node:stream'

/** Where text goes: a process stream, or a test's. */
export interface Sink {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
  /** Of a process stream: told when nobody reads what was written. */
  once?(event: 'error', told: (error: Error) => void): unknown
}

/** What the process gives the program. */
export interface Host {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the command was typed, as it would be typed there: `.`. */
  readonly directory: string
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly interrupted: AbortSignal
}
