import type { Outputs } from '../resource.ts'

/** name: the rule's, on the default bus. */
export interface EventRuleProps {
  /** One write: PutRule replaces all of it. `pattern` is JSON of an event pattern. */
  definition: { description: string; enabled: boolean; schedule: string | null; pattern: object | null }
  /** Sorted by id. */
  targets: { id: string; arn: string; input: string | null }[]
}

export interface EventRuleOut extends Outputs {
  arn: string
}
