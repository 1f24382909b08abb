/** What the process ends with; scripts rely on it (docs/commands.md, "Exit codes"). */
export const exitCode = {
  ok: 0,
  error: 1,
  /** Only when asked: `plan --exit-code`. */
  changes: 2,
  /** Some of it is done; the same command continues. */
  partial: 3,
  locked: 4,
  /** The plan is no longer the one that was expected. */
  moved: 5,
  usage: 64,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
