import { hunt } from '../engine/hunt.ts'
import { listStacks } from '../engine/listStacks.ts'
import type { World } from '../engine/world.ts'

export interface DescribedStack {
  readonly stack: string
  /** `stands`, `being changed by …`, `unfinished`, or `leftovers` (its table is gone: destroy it again). */
  readonly state: string
  readonly resources: readonly { readonly id: string; readonly name: string }[]
}

/** Every stack with what really stands of it: each tagged thing is read, since the tagging API lists ghosts. */
export const describeStacks = async (world: World, anchor: string): Promise<DescribedStack[]> => {
  const listed = await listStacks(world)
  const described = await Promise.all(
    listed.map(async ({ stack }) => {
      const found = await hunt(world, stack, new Set(), [])
      const table = found.find(({ id }) => id === anchor)
      const resources = found.map(({ id, name }) => ({ id, name })).sort((a, b) => (a.id < b.id ? -1 : 1))
      return { stack, resources, state: table === undefined ? 'leftovers' : await stateOf(world, table.name) }
    }),
  )
  return described.filter(({ resources }) => resources.length > 0)
}

const stateOf = async (world: World, table: string): Promise<string> => {
  const lease = await world.lease(table).read()
  const held = lease?.holder != null && lease.holder.expiresAtMs > world.clock.nowMs()
  if (held) return `being changed by ${lease?.holder?.who}`
  return lease?.unfinished ? 'unfinished: run up or destroy again' : 'stands'
}
