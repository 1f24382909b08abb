import type { ExitCode } from './exitCode.ts'
import type { GlobalFlags, Option } from './flags.ts'
import type { Shell } from './shell.ts'

export interface Argument {
  /** As commander writes it: `<shell>`, `[name]`. */
  readonly name: string
  readonly summary: string
  readonly choices?: readonly string[]
}

export interface Example {
  readonly line: string
  readonly does: string
}

/** One command, as data. `Flags` are its own options by their camelCase names. */
export interface Command<Flags extends object = object> {
  readonly name: string
  /** Completes the sentence "this command …", one line. */
  readonly summary: string
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
  readonly examples: readonly Example[]
  /** True when it minds the interrupt itself, to finish calls in flight; others are left at once. */
  readonly finishesWhenInterrupted: boolean
  run(flags: GlobalFlags & Flags, shell: Shell, words: readonly string[]): Promise<ExitCode>
}

/** A name for several commands: `storyarch local start`. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly examples: readonly Example[]
  readonly commands: readonly AnyCommand[]
}

/** Commands of all flags side by side; the parser fills in exactly the flags each declares. */
export type AnyCommand = Command<never>
