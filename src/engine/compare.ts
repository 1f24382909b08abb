import { type Blueprint, type Desired, idOf, type Outputs, type Tags } from '../resource.ts'
import { fill } from '../token.ts'
import { bareChange, deletion } from './bareChange.ts'
import { departure } from './departure.ts'
import { inOrder } from './order.ts'
import type { Change, Foreign, Plan } from './plan.ts'
import { revisionsOf } from './revisions.ts'
import { shortHash } from './spec.ts'
import { isOurs, STACK, tagsOf } from './stackTags.ts'
import type { Survey } from './survey.ts'
import { outputIn, wanted } from './wish.ts'
import { withNeeds } from './withNeeds.ts'
import type { AnyProvisioner } from './world.ts'

/** What the user agreed to beforehand. */
export interface Consent {
  /** Take over things that bear our names and are not ours. */
  readonly adopt: boolean
  /** Remove or replace what holds data. */
  readonly deleteData: boolean
  /** Whether the resource of that id (`kind/logical`) is to be touched; what it needs is too. */
  readonly wants: (id: string) => boolean
}

/** Compares the wish with the survey: what would be done, why, and what stands in the way. Pure. */
export const compare = (blueprint: Blueprint, survey: Survey, consent: Consent): Plan => {
  const known = new Map(survey.outputs)
  const changes: Change[] = []
  // A creation has no differences that tell what it makes; its tags hold the hash of its props.
  const made: Tags[] = []
  const unchanged: string[] = []
  const foreign: Foreign[] = []
  const ailing: { id: string; why: string }[] = []
  // What stands under another name was renamed in the manifest, not deleted.
  const renamed = new Set(survey.strays.map(({ id }) => id))
  const stood = new Set(survey.lease?.standing.filter(id => !renamed.has(id)))
  const chosen = withNeeds(blueprint, consent.wants, id => survey.live.has(id))
  const wishOf = (provisioner: AnyProvisioner, { props }: Desired) =>
    wanted(provisioner, fill(props, outputIn(survey.account, known)))

  for (const desired of inOrder(blueprint)) {
    const id = idOf(desired)
    const provisioner = survey.provisioners.get(desired.kind)
    if (provisioner === undefined) throw new Error(`${id}: nothing provisions kind ${desired.kind}`)
    const live = survey.live.get(id)
    if (!chosen.has(id)) continue
    if (live === undefined) {
      known.delete(id)
      made.push(tagsOf(blueprint, desired, wishOf(provisioner, desired), provisioner))
      changes.push(
        bareChange(
          'create',
          { id, name: desired.name, provisioner },
          { losesData: false, vanished: stood.has(id), revisions: revisionsOf(desired, undefined) },
        ),
      )
      continue
    }
    const ours = isOurs(live.tags, blueprint.stack)
    if (!ours && !consent.adopt) {
      foreign.push({ id, name: desired.name, owner: live.tags[STACK] ?? null, tags: live.tags })
      continue
    }
    if (typeof live.health === 'object') ailing.push({ id, why: live.health.ailing })
    const want = wishOf(provisioner, desired)
    const change = departure(provisioner, blueprint, desired, live, want, ours)
    if (change === undefined) unchanged.push(id)
    else {
      changes.push(change)
      forgetRenewed(known, provisioner, change)
    }
  }
  const deletions = survey.strays
    .filter(({ id }) => consent.wants(id))
    .map(deletion)
    // AWS lists in no order; the same plan must have the same fingerprint.
    .sort((a, b) => (`${a.id} ${a.name}` < `${b.id} ${b.name}` ? -1 : 1))
  const kept = deletions.filter(({ losesData }) => losesData && !consent.deleteData)
  const all = [...changes, ...deletions.filter(change => !kept.includes(change))]
  const { stack, region } = blueprint
  return {
    stack,
    region,
    account: survey.account,
    changes: all,
    unchanged,
    kept,
    foreign,
    ailing,
    interrupted: interruptionOf(survey),
    fingerprint: shortHash({ stack, region, account: survey.account, all, made, kept, foreign }),
    cost: blueprint.resources.flatMap(desired =>
      (survey.provisioners.get(desired.kind)?.price(desired.props) ?? []).map(line => ({
        ...line,
        id: idOf(desired),
      })),
    ),
  }
}

const forgetRenewed = (known: Map<string, Outputs>, provisioner: AnyProvisioner, change: Change): void => {
  if (change.action === 'replace') known.delete(change.id)
  else if (change.action !== 'finish') {
    const outputs = { ...known.get(change.id) }
    for (const name of provisioner.renews ?? []) delete outputs[name]
    known.set(change.id, outputs)
  }
}

const interruptionOf = ({ lease }: Survey): Plan['interrupted'] =>
  lease?.unfinished && lease.holder !== null ? { by: lease.holder.who, atMs: lease.holder.sinceMs } : null
