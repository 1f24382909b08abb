import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2'
import { SPEC } from '../../src/engine/stackTags.ts'
import { survey } from '../../src/engine/survey.ts'
import type { World } from '../../src/engine/world.ts'
import { ARTIFACT } from '../../src/provisioners/kit/artifactTag.ts'
import { type Blueprint, idOf, type Live } from '../../src/resource.ts'

/** Each account has a default network of its own. */
const NETWORK_ID = /(vpc|subnet)-[0-9a-f]+/g

/** Everything of the stack that stands: what is wished for, and strays. */
const entries = async (world: World, blueprint: Blueprint): Promise<[string, Live][]> => {
  const { live, strays } = await survey(world, blueprint)
  const wished = blueprint.resources.flatMap(desired => {
    const there = live.get(idOf(desired))
    return there === undefined ? [] : [[`${idOf(desired)} ${desired.name}`, there] as [string, Live]]
  })
  return [...wished, ...strays.map(({ id, name, live }) => [`${id} ${name}`, live] as [string, Live])]
}

/**
 * All that stands of a stack: props, tags and health by id and name, with the values that AWS makes up (ids, ARNs,
 * revisions) replaced by whose they are, and how many APIs there are, the one kind that AWS would make twice. Two
 * runs that end in the same state give equal answers.
 */
export const standing = async (world: World, blueprint: Blueprint): Promise<Record<string, unknown>> => {
  const [found, apis] = await Promise.all([
    entries(world, blueprint),
    world.aws.client(ApiGatewayV2Client).send(new GetApisCommand()),
  ])
  const made = found.flatMap(([id, { out }]) =>
    Object.entries(out).map(([name, value]) => [value, `<${id} ${name}>`] as const),
  )
  const longestFirst = made.filter(([value]) => value.length > 5).sort(([a], [b]) => b.length - a.length)
  const masked = (value: unknown): unknown => {
    const text = JSON.stringify(value).replace(NETWORK_ID, '<$1>')
    return JSON.parse(longestFirst.reduce((text, [made, mask]) => text.replaceAll(made, mask), text))
  }
  const states = found.map(([id, { props, tags, health }]) => {
    // Hashes of what AWS makes up, and the times of a site's files; what was shipped is its first word.
    const { [SPEC]: _hash, [ARTIFACT]: shipped, ...others } = tags
    return [id, masked({ props, tags: others, shipped: shipped?.split(' ')[0] ?? null, health })] as const
  })
  return { apis: apis.Items?.length ?? 0, ...Object.fromEntries(states.sort(([a], [b]) => (a < b ? -1 : 1))) }
}
