import type { Policy, Statement } from '../policy.ts'
import type { Desired, Recipe, Tags } from '../resource.ts'

/** The words the blueprint is written in. */

interface Extras {
  readonly after?: readonly string[]
  readonly tags?: Tags
  readonly recipe?: Recipe
}

/** One wish. `after`: ids it needs although no token in its props says so. */
export const wish = <Props extends object>(
  kind: string,
  logical: string,
  name: string,
  props: Props,
  { after = [], tags = {}, recipe }: Extras = {},
): Desired<Props> => ({ kind, logical, name, props, after, tags, recipe: recipe ?? null })

export const policy = (...statements: readonly (Statement | null)[]): Policy => ({
  Version: '2012-10-17',
  Statement: statements.filter(statement => statement !== null),
})

type Condition = NonNullable<Statement['Condition']>

/** Lets whoever holds the policy do `actions` on `resources`. */
export const allow = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition: Condition | null = null,
): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
})

/** Tags that let `destroy` find a resource's records when the manifest is gone. */
export const zoneTag = (zone: string | null): Tags => (zone === null ? {} : { 'storyarch:zone': zone })
