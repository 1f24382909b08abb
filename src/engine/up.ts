import { UserError } from '../errors.ts'
import { type Blueprint, idOf } from '../resource.ts'
import { apply, type Outcome } from './apply.ts'
import type { Consent } from './compare.ts'
import { holding, type LeaseRecord } from './lease.ts'
import { makePlan } from './makePlan.ts'
import type { Plan } from './plan.ts'
import type { Survey } from './survey.ts'
import type { World } from './world.ts'

export interface UpOptions extends Consent {
  /** Fingerprint of the plan that was approved elsewhere; null for whatever comes out. */
  readonly expect: string | null
  /** Takes the lease from whoever holds it. */
  readonly forceUnlock: boolean
  /** Shows the plan and asks; false leaves everything as it is. */
  readonly confirm: (plan: Plan) => Promise<boolean>
}

export interface UpResult {
  readonly plan: Plan
  readonly found: Survey
  /** Null when there was nothing to do, or the user declined. */
  readonly outcome: Outcome | null
  readonly declined: boolean
}

/**
 * Makes live AWS as wished: plan, ask, lock, apply. Nothing to do means nothing written. When somebody applied
 * between our plan and our lock, the plan is made again, and asked about again if it moved.
 * Throws UserError: exit 4 when locked, 5 when the plan is not the expected one.
 */
export const up = async (world: World, blueprint: Blueprint, options: UpOptions): Promise<UpResult> => {
  const first = await makePlan(world, blueprint, options)
  check(first.plan, options)
  if (first.plan.changes.length === 0) return { ...first, outcome: null, declined: false }
  if (!(await options.confirm(first.plan))) return { ...first, outcome: null, declined: true }

  const anchor = await makeAnchor(world, blueprint, first)
  const lock = { force: options.forceUnlock, signal: world.signal }
  return holding<UpResult>(world.lease(anchor.name), lock, async (record, signal) => {
    const guarded = { ...world, signal }
    const { plan, found } = await afterLock(guarded, blueprint, options, first, anchor, record)
    const moved = plan.fingerprint !== first.plan.fingerprint
    const asFound = { unfinished: false, standing: standingAfter(plan, found, anchor.outcome?.done ?? []) }
    if (plan.changes.length === 0)
      return { result: { plan, found, outcome: anchor.outcome, declined: false }, ending: asFound }
    if (moved && !(await options.confirm(plan)))
      return { result: { plan, found, outcome: anchor.outcome, declined: true }, ending: asFound }
    const outcome = await apply(guarded, blueprint, found, plan)
    const whole = { ...outcome, done: [...(anchor.outcome?.done ?? []), ...outcome.done] }
    return {
      result: { plan: moved ? plan : first.plan, found, outcome: whole, declined: false },
      ending: { unfinished: outcome.failed.length > 0, standing: standingAfter(plan, found, whole.done) },
    }
  })
}

/** Ids that stand after `done`: those found before and those made, without those removed. */
const standingAfter = (plan: Plan, found: Survey, done: readonly string[]): string[] => {
  const removed = plan.changes.filter(({ id, action }) => action === 'delete' && done.includes(id))
  const standing = new Set([...found.live.keys(), ...done])
  // What was renamed stands under its old id, made anew.
  const made = new Set(plan.changes.filter(({ action }) => action !== 'delete').map(({ id }) => id))
  for (const { id } of removed) if (!found.live.has(id) && !made.has(id)) standing.delete(id)
  return [...standing].sort()
}

const check = (plan: Plan, options: UpOptions): void => {
  if (options.expect !== null && options.expect !== plan.fingerprint)
    throw new UserError(
      `The plan moved: ${options.expect} was approved, live AWS now gives ${plan.fingerprint}.`,
      'Run `storyarch plan`, look at it again, and approve the new fingerprint.',
      { exitCode: 5 },
    )
  const stranger = plan.foreign[0]
  if (stranger !== undefined)
    throw new UserError(
      `${plan.foreign.map(({ id, name }) => `${id} (${name})`).join(', ')}: already there and not of this stack${stranger.owner === null ? '' : ` (it belongs to ${stranger.owner})`}.`,
      'Take it over with --adopt, give it another name in the manifest, or remove it yourself.',
    )
  const loss = plan.changes.find(({ action, losesData }) => action === 'replace' && losesData)
  if (loss !== undefined && !options.deleteData)
    throw new UserError(
      `${loss.id} (${loss.name}) would be replaced, and all its data lost.`,
      'Save the data and say --delete-data, or put the old value back in the manifest.',
    )
}

interface Planned {
  readonly plan: Plan
  readonly found: Survey
}

interface Anchor {
  readonly name: string
  /** Null when the table stood already. */
  readonly outcome: Outcome | null
}

/** The table that carries the lease must stand before anything else is written; making it is a race one run wins. */
const makeAnchor = async (world: World, blueprint: Blueprint, { plan, found }: Planned): Promise<Anchor> => {
  const anchor = blueprint.resources.find(desired => idOf(desired) === blueprint.anchor)
  if (anchor === undefined) throw new Error(`the blueprint has no ${blueprint.anchor}`)
  if (found.live.has(blueprint.anchor)) return { name: anchor.name, outcome: null }
  const only = { ...plan, changes: plan.changes.filter(({ id }) => id === blueprint.anchor) }
  const outcome = await apply(world, { ...blueprint, resources: [anchor] }, { ...found, strays: [] }, only)
  if (outcome.failed[0] !== undefined) throw outcome.failed[0].error
  return { name: anchor.name, outcome }
}

/** The plan we may act on: the first one, unless somebody held the lease since. */
const afterLock = async (
  world: World,
  blueprint: Blueprint,
  options: UpOptions,
  { plan, found }: Planned,
  anchor: Anchor,
  record: LeaseRecord,
): Promise<Planned> => {
  if (record.serial === (found.lease?.serial ?? 0) + 1)
    return anchor.outcome === null
      ? { plan, found }
      : {
          plan: {
            ...plan,
            changes: plan.changes.filter(({ id, action }) => id !== blueprint.anchor || action === 'delete'),
          },
          found: { ...found, outputs: new Map([...found.outputs, ...anchor.outcome.outputs]) },
        }
  world.report({ type: 'note', text: 'Somebody changed the stack meanwhile; looking again.' })
  const again = await makePlan(world, blueprint, options)
  check(again.plan, { ...options, expect: again.plan.changes.length === 0 ? null : options.expect })
  return again
}
