import { makePlan, namedOutputs } from '../../engine/makePlan.ts'
import type { Change, Plan, Reason } from '../../engine/plan.ts'
import type { Survey } from '../../engine/survey.ts'
import type { World } from '../../engine/world.ts'
import { type Blueprint, idOf } from '../../resource.ts'

/** How one resource is. */
export interface ResourceStatus {
  /** `kind/logical` */
  readonly id: string
  readonly name: string
  readonly health: 'ready' | 'pending' | 'ailing' | 'missing'
  /** AWS's word for what ails it. */
  readonly why: string | null
  /** Who moved since the last apply, where it is not as the manifest says; null: it is. */
  readonly moved: Reason | null
  /** What would change: `configuration.memoryMb`. */
  readonly paths: readonly string[]
}

/** The commit whose content runs, and the one the sources stand at. Null: not known. */
export interface RevisionStatus {
  readonly id: string
  readonly live: string | null
  readonly sources: string | null
  /** Whether `up` would ship something else. */
  readonly isCurrent: boolean
}

/** The stack against its manifest. */
export interface StackStatus {
  readonly account: string
  readonly region: string
  readonly resources: readonly ResourceStatus[]
  readonly revisions: readonly RevisionStatus[]
  readonly outputs: Readonly<Record<string, string>>
  readonly cost: Plan['cost']
  /** An `up` that was cut off. */
  readonly interrupted: Plan['interrupted']
}

/** Surveys the stack and compares what `wants` names with the manifest. Reads only. */
export const readStackStatus = async (
  world: World,
  blueprint: Blueprint,
  wants: (id: string) => boolean,
): Promise<StackStatus> => {
  const consent = { adopt: false, deleteData: false, wants }
  const { plan, found } = await makePlan(world, blueprint, consent)
  return {
    account: plan.account,
    region: plan.region,
    resources: resourcesOf(blueprint, plan, found),
    revisions: revisionsOf(blueprint, plan, found),
    outputs: namedOutputs(blueprint, found),
    cost: plan.cost,
    interrupted: plan.interrupted,
  }
}

/** Pure. */
export const resourcesOf = (
  { resources }: Pick<Blueprint, 'resources'>,
  plan: Pick<Plan, 'changes' | 'kept' | 'foreign'>,
  { live }: Pick<Survey, 'live'>,
): ResourceStatus[] => {
  const changes = new Map(plan.changes.map(change => [change.id, change]))
  const wished = resources.map(desired => {
    const id = idOf(desired)
    const health = live.get(id)?.health ?? 'missing'
    const owner = plan.foreign.find(foreign => foreign.id === id)
    const status: ResourceStatus = {
      id,
      name: desired.name,
      health: typeof health === 'object' ? 'ailing' : health,
      why: typeof health === 'object' ? health.ailing : null,
      ...movedOf(changes.get(id)),
    }
    return owner === undefined
      ? status
      : { ...status, health: 'ailing' as const, why: `is not of this stack (${owner.owner ?? 'no tag'})` }
  })
  const ids = new Set(wished.map(({ id }) => id))
  const dropped = [...plan.changes, ...plan.kept].filter(({ id }) => !ids.has(id))
  return [...wished, ...dropped.map(strayOf)]
}

const movedOf = (change: Change | undefined): Pick<ResourceStatus, 'moved' | 'paths'> => {
  if (change === undefined) return { moved: null, paths: [] }
  const reasons = new Set(change.differences.map(({ reason }) => reason))
  const [only] = reasons
  const moved =
    change.action === 'create' ? (change.vanished ? 'drift' : 'manifest') : reasons.size > 1 ? 'both' : only
  return { moved: moved ?? 'unknown', paths: change.differences.map(({ path }) => path) }
}

/** There, ours, and no longer wished for. */
const strayOf = ({ id, name }: Change): ResourceStatus => ({
  id,
  name,
  health: 'ready',
  why: null,
  moved: 'manifest',
  paths: ['the manifest no longer has it'],
})

const revisionsOf = ({ resources }: Blueprint, plan: Plan, { live }: Survey): RevisionStatus[] =>
  resources.flatMap(desired => {
    const { recipe } = desired
    const id = idOf(desired)
    // The agent's image is ours, not the user's: it has no commit.
    if (recipe === null || id === 'image/agent') return []
    const isCurrent = !plan.changes.some(change => change.id === id)
    return [{ id, live: live.get(id)?.out['revision'] || null, sources: recipe.revision, isCurrent }]
  })
