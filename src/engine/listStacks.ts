import { RESOURCE, STACK } from './stackTags.ts'
import type { World } from './world.ts'

export interface ListedStack {
  readonly stack: string
  readonly resources: readonly { readonly id: string; readonly arn: string }[]
}

/** Every stack of ours in the account and region, as the tagging API tells it: it may lag and miss IAM roles. */
export const listStacks = async (world: World): Promise<ListedStack[]> => {
  const byStack = Map.groupBy(await world.tagged(null), ({ tags }) => tags[STACK] ?? '')
  return [...byStack]
    .filter(([stack]) => stack !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stack, things]) => ({
      stack,
      resources: things.map(({ arn, tags }) => ({ id: tags[RESOURCE] ?? '', arn })),
    }))
}
