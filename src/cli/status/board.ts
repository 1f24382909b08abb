import type { LogEvent } from '../../operations/logs/logEvent.ts'
import type { BackendStatus } from '../../operations/status/backendStatus.ts'
import type { DatabaseStatus } from '../../operations/status/databaseStatus.ts'
import type { StackStatus } from '../../operations/status/stackStatus.ts'

/** What is read by itself, each at a pace of its own. */
export const PARTS = ['backend', 'alarm', 'database', 'stack'] as const
export type Part = (typeof PARTS)[number]

/** What a key can have done to the backend. */
export type Deed = 'wake' | 'ping' | 'stop'

/** Everything the dashboard shows. A part is null until it was read, or where there is none. */
export interface Board {
  /** `<project>/<environment>` */
  readonly name: string
  /** False for a site alone. */
  readonly hasBackend: boolean
  /** Epoch milliseconds. */
  readonly nowMs: number
  readonly backend: BackendStatus | null
  /** State of the alarm that stops an idle backend. */
  readonly alarm: string | null
  readonly database: DatabaseStatus | null
  readonly stack: StackStatus | null
  /** Why a part could not be read the last time; what was read before stays shown. */
  readonly unreadable: Readonly<Partial<Record<Part, string>>>
  /** A question that waits for `y`. */
  readonly asking: 'stop' | null
  readonly doing: { readonly deed: Deed; readonly sinceMs: number } | null
  /** What came of the last deed. */
  readonly said: { readonly text: string; readonly isBad: boolean } | null
  /** Null while the log is closed. */
  readonly log: readonly LogEvent[] | null
  readonly ended: 'quit' | 'interrupted' | null
}

export const newBoard = (name: string, hasBackend: boolean, nowMs: number): Board => ({
  name,
  hasBackend,
  nowMs,
  backend: null,
  alarm: null,
  database: null,
  stack: null,
  unreadable: {},
  asking: null,
  doing: null,
  said: null,
  log: null,
  ended: null,
})
