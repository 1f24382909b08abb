import { hunt } from '../../src/engine/hunt.ts'
import { SPEC } from '../../src/engine/stackTags.ts'
import type { World } from '../../src/engine/world.ts'

/** Each account has a default network of its own. */
const NETWORK_ID = /(vpc|subnet)-[0-9a-f]+/g

/**
 * All that stands of a stack, found by its tags: props and tags by id and name, with the values that AWS makes up
 * (ids, ARNs, revisions) replaced by whose they are. Two runs that end in the same state give equal answers; a
 * duplicate shows as a second name or a second entry.
 */
export const standing = async (world: World, stack: string): Promise<Record<string, unknown>> => {
  const found = await hunt(world, stack, new Set(), [])
  const made = found.flatMap(({ id, live }) =>
    Object.entries(live.out).map(([name, value]) => [value, `<${id} ${name}>`] as const),
  )
  const longestFirst = made.filter(([value]) => value.length > 5).sort(([a], [b]) => b.length - a.length)
  const masked = (value: unknown): unknown => {
    const text = JSON.stringify(value).replace(NETWORK_ID, '<$1>')
    return JSON.parse(longestFirst.reduce((text, [made, mask]) => text.replaceAll(made, mask), text))
  }
  return Object.fromEntries(
    found
      .map(({ id, name, live }) => {
        const { [SPEC]: _hash, ...tags } = live.tags
        return [`${id} ${name}`, masked({ props: live.props, tags, health: live.health })] as const
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
