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
  return holding(
    world.lease(anchor.name),
    { force: options.forceUnlock, signal: world.signal },
    async (record, signal) => {
      const guarded = { ...world, signal }
      const current = await afterLock(guarded, blueprint, options, first, record)
      const { plan, found } = current
      if (plan.changes.length === 0)
        return { result: { ...current, outcome: null, declined: false }, ...settled }
      if (plan.fingerprint !== first.plan.fingerprint && !anchor.made && !(await options.confirm(plan)))
        return { result: { ...current, outcome: null, declined: true }, ...settled }
      const outcome = await apply(guarded, blueprint, found, plan)
      const unfinished = outcome.failed.length > 0
      return {
        result: { ...first, outcome: withAnchor(outcome, anchor), declined: false },
        unfinished,
        gone: false,
      }
    },
  )
}

const settled = { unfinished: false, gone: false }

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

/** The table that carries the lease must stand before anything else is written; making it is itself a race one run wins. */
const makeAnchor = async (
  world: World,
  blueprint: Blueprint,
  { plan, found }: { plan: Plan; found: Survey },
): Promise<{ name: string; made: boolean; outcome: Outcome | null }> => {
  const anchor = blueprint.resources.find(desired => idOf(desired) === blueprint.anchor)
  if (anchor === undefined) throw new Error(`the blueprint has no ${blueprint.anchor}`)
  if (found.live.has(blueprint.anchor)) return { name: anchor.name, made: false, outcome: null }
  const only = { ...plan, changes: plan.changes.filter(({ id }) => id === blueprint.anchor) }
  const outcome = await apply(world, { ...blueprint, resources: [anchor] }, { ...found, strays: [] }, only)
  if (outcome.failed[0] !== undefined) throw outcome.failed[0].error
  return { name: anchor.name, made: true, outcome }
}

/** The survey we may act on: the first one, unless somebody held the lease since. */
const afterLock = async (
  world: World,
  blueprint: Blueprint,
  options: UpOptions,
  first: { plan: Plan; found: Survey },
  record: LeaseRecord,
): Promise<{ plan: Plan; found: Survey }> => {
  const anchorMade = !first.found.live.has(blueprint.anchor)
  if (record.serial === (first.found.lease?.serial ?? 0) + 1)
    return anchorMade ? without(first, blueprint.anchor) : first
  world.report({ type: 'note', text: 'Somebody changed the stack meanwhile; looking again.' })
  const again = await makePlan(world, blueprint, options)
  check(again.plan, { ...options, expect: again.plan.changes.length === 0 ? null : options.expect })
  return again
}

/** The same plan after the anchor was made. */
const without = (first: { plan: Plan; found: Survey }, anchor: string): { plan: Plan; found: Survey } => ({
  found: first.found,
  plan: { ...first.plan, changes: first.plan.changes.filter(({ id }) => id !== anchor) },
})

const withAnchor = (outcome: Outcome, anchor: { outcome: Outcome | null }): Outcome =>
  anchor.outcome === null
    ? outcome
    : {
        ...outcome,
        done: [...anchor.outcome.done, ...outcome.done],
        outputs: new Map([...anchor.outcome.outputs, ...outcome.outputs]),
      }
