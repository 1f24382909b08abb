import type { Live } from '../resource.ts'
import { settle } from './settle.ts'
import { isOurs, RESOURCE, ZONE } from './stackTags.ts'
import type { AnyProvisioner, World } from './world.ts'

/** A resource of the stack found in AWS without asking the manifest. */
export interface Found {
  /** `kind/logical`, as its tag says. */
  readonly id: string
  readonly name: string
  readonly provisioner: AnyProvisioner
  readonly live: Live
}

/** Something that may be of the stack whatever the tagging API says; it lags behind by minutes. */
export interface Suspect {
  readonly kind: string
  readonly name: string
}

/**
 * Finds what carries the stack's tags, except `known` (`kind name`). The tagging API only points; what it lists, and
 * each suspect, is read before it counts, since it goes on listing things that are gone.
 */
export const hunt = async (
  world: World,
  stack: string,
  known: ReadonlySet<string>,
  knownZones: readonly string[],
  suspects: readonly Suspect[] = [],
): Promise<Found[]> => {
  const hits = await world.tagged(stack)
  const zones = [...new Set([...knownZones, ...hits.flatMap(({ tags }) => tags[ZONE] ?? [])])]
  const byKind = await Promise.all(
    world.kinds.names.map(async kind => {
      const provisioner = world.kinds.provisioner(kind)
      const names = await namesOf(world, provisioner, stack, hits, zones)
      const suspected = suspects.filter(suspect => suspect.kind === kind).map(({ name }) => name)
      const unknown = [...new Set([...names, ...suspected])].filter(name => !known.has(`${kind} ${name}`))
      return Promise.all(unknown.map(name => verify(world, provisioner, name, stack)))
    }),
  )
  return byKind.flat().filter(found => found !== undefined)
}

const namesOf = async (
  { aws }: World,
  { hunt }: AnyProvisioner,
  stack: string,
  hits: readonly { arn: string }[],
  zones: readonly string[],
): Promise<string[]> =>
  'list' in hunt
    ? hunt.list(aws, stack, zones)
    : (await Promise.all(hits.map(({ arn }) => hunt.arn(arn, aws)))).filter(name => name !== undefined)

const verify = async (
  world: World,
  provisioner: AnyProvisioner,
  name: string,
  stack: string,
): Promise<Found | undefined> => {
  const read = () => provisioner.read(world.aws, name)
  const live = await settle(world, `${provisioner.kind}/${name}`, provisioner.settles.atMostSeconds, read)
  if (live === undefined || !isOurs(live.tags, stack)) return undefined
  return { id: live.tags[RESOURCE] ?? `${provisioner.kind}/${name}`, name, provisioner, live }
}
