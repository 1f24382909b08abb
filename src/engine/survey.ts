import { UserError } from '../errors.ts'
import { type Blueprint, idOf, type Live, type Outputs } from '../resource.ts'
import { type Found, hunt } from './hunt.ts'
import type { LeaseRecord } from './lease.ts'
import { settle } from './settle.ts'
import { ZONE } from './stackTags.ts'
import type { AnyProvisioner, World } from './world.ts'

/** Live AWS as far as the stack goes. */
export interface Survey {
  readonly account: string
  readonly provisioners: ReadonlyMap<string, AnyProvisioner>
  /** By id; lookups and resources that are there. */
  readonly outputs: ReadonlyMap<string, Outputs>
  /** By id; a wished-for resource that is not there is absent. */
  readonly live: ReadonlyMap<string, Live>
  /** Ours, and not in the blueprint. */
  readonly strays: readonly Found[]
  readonly lease: LeaseRecord | null
}

/** Says which resource could not be read; the AWS error stays as the cause. */
const about = (id: string, name: string) => (error: unknown) => {
  if (error instanceof UserError) throw error
  throw new Error(`${id} (${name}) could not be read`, { cause: error })
}

/** Reads everything at once: lookups, resources, strays, the lease. Writes nothing. Throws on any answer that is not clear. */
export const survey = async (world: World, blueprint: Blueprint): Promise<Survey> => {
  const { aws, kinds } = world
  aws.forget(null)
  const known = new Set(blueprint.resources.map(({ kind, name }) => `${kind} ${name}`))
  const zones = [...new Set(blueprint.resources.flatMap(({ tags }) => tags[ZONE] ?? []))]
  const anchor = blueprint.resources.find(desired => idOf(desired) === blueprint.anchor)

  const [account, lookups, resources, strays, lease] = await Promise.all([
    aws.account(),
    Promise.all(
      blueprint.lookups.map(async sought => {
        const lookup = kinds.lookup(sought.kind)
        return [
          idOf(sought),
          await lookup.find(aws, sought.query).catch(about(idOf(sought), sought.kind)),
        ] as const
      }),
    ),
    Promise.all(
      blueprint.resources.map(async desired => {
        const provisioner = kinds.provisioner(desired.kind)
        const { atMostSeconds } = provisioner.settles
        const read = () => provisioner.read(aws, desired.name)
        const live = await settle(world, idOf(desired), atMostSeconds, read).catch(
          about(idOf(desired), desired.name),
        )
        return { id: idOf(desired), provisioner, live }
      }),
    ),
    hunt(world, blueprint.stack, known, zones).catch(about(blueprint.stack, 'all that carries its tags')),
    anchor === undefined ? null : world.lease(anchor.name).read().catch(about(blueprint.anchor, 'the lease')),
  ])
  if (blueprint.account !== null && blueprint.account !== account)
    throw new UserError(
      `The manifest belongs to account ${blueprint.account}, these credentials to ${account}.`,
      'Choose the right credentials (--profile), or change `account:` in the manifest.',
    )
  const live = new Map(resources.flatMap(({ id, live }) => (live === undefined ? [] : [[id, live] as const])))
  return {
    account,
    provisioners: new Map(resources.map(({ provisioner }) => [provisioner.kind, provisioner])),
    outputs: new Map([...lookups, ...[...live].map(([id, { out }]) => [id, out] as const)]),
    live,
    strays,
    lease,
  }
}
