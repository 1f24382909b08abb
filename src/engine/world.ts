import type { Aws, Lookup, Outputs, Provisioner, Tags } from '../resource.ts'
import type { Report } from './events.ts'
import type { Lease } from './lease.ts'

export type AnyProvisioner = Provisioner<object, Outputs>

/** The kinds there are. An unknown kind is a bug of the blueprint and throws. */
export interface Kinds {
  readonly names: readonly string[]
  provisioner(kind: string): AnyProvisioner
  lookup(kind: string): Lookup<object, Outputs>
}

export interface Clock {
  nowMs(): number
  /** Resolves after `ms`, or rejects at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Everything the engine reaches beyond itself; wired by the CLI's context, and by tests. */
export interface World {
  readonly aws: Aws
  readonly kinds: Kinds
  /** What the tagging API lists for the stack, or for all stacks when null: a hint, never a proof. */
  readonly tagged: (stack: string | null) => Promise<readonly { readonly arn: string; readonly tags: Tags }[]>
  /** The stack's lease in the DynamoDB table of that name. */
  readonly lease: (table: string) => Lease
  /** Why an AWS error will go away by itself; undefined when it will not. */
  readonly eventual: (error: unknown) => string | undefined
  readonly clock: Clock
  readonly report: Report
  /** Aborted by the first Ctrl-C: nothing new is started, calls in flight finish. */
  readonly signal: AbortSignal
}
