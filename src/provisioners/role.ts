import type { Policy } from '../policy.ts'
import type { Outputs } from '../resource.ts'

/** name: the role's. Made under the path `/storyarch/<project>/<environment>/`. */
export interface RoleProps {
  description: string
  trust: Policy
  /** The one inline policy, named `storyarch`; null for none. */
  policy: Policy | null
  /** ARNs of attached managed policies. */
  managed: string[]
  /** Names of inline policies that are not ours: wished empty, so that a widened role shows as drift. */
  strangers: string[]
}

export interface RoleOut extends Outputs {
  arn: string
  name: string
}
