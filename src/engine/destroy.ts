import { deletion } from './bareChange.ts'
import { type Found, hunt, type Suspect } from './hunt.ts'
import { holding } from './lease.ts'
import type { Change } from './plan.ts'
import { type Removal, removeInOrder } from './removal.ts'
import type { World } from './world.ts'

export interface DestroyPlan {
  readonly stack: string
  readonly account: string
  readonly region: string
  readonly changes: readonly Change[]
  /** Data-bearing, and no consent was given. */
  readonly kept: readonly Change[]
}

export interface DestroyOptions {
  readonly deleteData: boolean
  readonly forceUnlock: boolean
  /** `kind/logical` of the table that carries the lease; it goes last. */
  readonly anchor: string
  /** What the manifest would make, where there is one; none of it need be there. */
  readonly suspects: readonly Suspect[]
  readonly confirm: (plan: DestroyPlan) => Promise<boolean>
}

export interface DestroyResult {
  readonly plan: DestroyPlan
  /** Null when there was nothing, or the user declined. */
  readonly removal: Removal | null
  readonly declined: boolean
  /** What still carries the stack's tags afterwards: ids with names. */
  readonly survivors: readonly { readonly id: string; readonly name: string }[]
}

/** Takes a stack away, from its tags alone. What holds data stays unless `deleteData`. Run again, it goes on. */
export const destroy = async (
  world: World,
  stack: string,
  options: DestroyOptions,
): Promise<DestroyResult> => {
  const [account, things] = await Promise.all([
    world.aws.account(),
    hunt(world, stack, new Set(), [], options.suspects),
  ])
  const isKept = (thing: Found) => !options.deleteData && (thing.provisioner.holdsData?.(thing.live) ?? false)
  const doomed = things.filter(thing => !isKept(thing))
  const plan: DestroyPlan = {
    stack,
    account,
    region: world.aws.region,
    changes: doomed.map(deletion),
    kept: things.filter(isKept).map(deletion),
  }
  if (doomed.length === 0) return { plan, removal: null, declined: false, survivors: [] }
  if (!(await options.confirm(plan))) return { plan, removal: null, declined: true, survivors: [] }

  const table = doomed.find(({ id }) => id === options.anchor)
  const removal =
    table === undefined
      ? await removeInOrder(world, doomed)
      : await holding(
          world.lease(table.name),
          { force: options.forceUnlock, signal: world.signal },
          async (_, signal) => {
            const result = await removeInOrder({ ...world, signal }, doomed, options.anchor)
            const gone = result.done.includes(options.anchor)
            return { result, ending: gone ? null : { unfinished: true, standing: null } }
          },
        )
  const kept = new Set(plan.kept.map(({ id, name }) => `${id.split('/')[0]} ${name}`))
  const left = await hunt(world, stack, kept, [], options.suspects)
  return { plan, removal, declined: false, survivors: left.map(({ id, name }) => ({ id, name })) }
}
