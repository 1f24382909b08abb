import { UserError } from '../errors.ts'
import { type Blueprint, type Desired, idOf, type Live, type Outputs } from '../resource.ts'
import { fill, tokensIn } from '../token.ts'
import { differences } from './differences.ts'
import { withNeeds } from './narrow.ts'
import { inOrder } from './order.ts'
import type { Change, Difference, Foreign, Plan, Reason } from './plan.ts'
import { canonical, shortHash, specParts } from './spec.ts'
import { isOurs, SPEC, STACK, tagChanges, tagsOf } from './stackTags.ts'
import type { Survey } from './survey.ts'
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

const ACCOUNT_ID = 'account/current'

/** The output `name` of resource `id`, as far as `outputs` know it. */
export const outputIn =
  (account: string, outputs: ReadonlyMap<string, Outputs>) =>
  (id: string, name: string): string | undefined =>
    id === ACCOUNT_ID ? account : outputs.get(id)?.[name]

/** `(known after apply: role/task arn)` for each token left in `value`. */
const readable = (value: unknown): unknown => fill(value, (id, name) => `(known after apply: ${id} ${name})`)

const reasonOf = (
  hashes: Map<string, string> | undefined,
  part: string,
  live: unknown,
  want: unknown,
): Reason => {
  const applied = hashes?.get(part)
  if (applied === undefined) return 'unknown'
  if (applied === shortHash(want)) return 'drift'
  return applied === shortHash(live) ? 'manifest' : 'both'
}

const byPart = (live: Live, want: object): Map<string, Difference[]> => {
  const hashes = specParts(live.tags[SPEC], want)
  const liveParts = live.props as Record<string, unknown>
  return new Map(
    Object.entries(want).flatMap(([part, value]) => {
      const fields = differences(part, liveParts[part], value)
      const reason = reasonOf(hashes, part, liveParts[part], value)
      const found = fields.map(({ path, live, want }) => ({ path, live, want: readable(want), reason }))
      return found.length === 0 ? [] : [[part, found] as const]
    }),
  )
}

const tagDifferences = (live: Live, want: Readonly<Record<string, string>>): Difference[] => {
  const { put, drop } = tagChanges(live.tags, want)
  const visible = [...Object.keys(put), ...drop].filter(key => key !== SPEC)
  return visible.map(key => ({
    path: `tags.${key}`,
    live: live.tags[key],
    want: want[key],
    reason: 'unknown',
  }))
}

/** The parts of `live` that are not as `want` says, as their names. */
export const differingParts = (live: Live, want: object): string[] =>
  Object.entries(want)
    .filter(([part, value]) => canonical((live.props as Record<string, unknown>)[part]) !== canonical(value))
    .map(([part]) => part)

/** How one resource that is there departs from its wish; undefined when it does not. */
const changeOf = (
  provisioner: AnyProvisioner,
  blueprint: Blueprint,
  desired: Desired,
  live: Live,
  want: object,
  ours: boolean,
): Change | undefined => {
  const parts = byPart(live, want)
  const writers = provisioner.change as Readonly<Record<string, unknown>>
  const fixed = [...parts].filter(([part]) => writers[part] === 'fixed').flatMap(([, fields]) => fields)
  if (fixed[0] !== undefined)
    throw new UserError(
      `${idOf(desired)} (${desired.name}): ${fixed[0].path} is ${canonical(fixed[0].live)} and cannot become ${canonical(fixed[0].want)}; AWS fixes it for good.`,
      'Give the resource another name in the manifest, or put the old value back.',
    )
  const replace = [...parts.keys()].some(part => writers[part] === 'replace')
  if (replace && !ours)
    throw new UserError(
      `${idOf(desired)} (${desired.name}) cannot be adopted: ${[...parts.keys()].join(', ')} can only be changed by replacing it.`,
      'Give the resource another name in the manifest, or remove the existing one yourself.',
    )
  const unknownTokens = tokensIn(want).size > 0
  const tags = unknownTokens ? [] : tagDifferences(live, tagsOf(blueprint, desired, want, provisioner))
  const specMoved = !unknownTokens && live.tags[SPEC] !== tagsOf(blueprint, desired, want, provisioner)[SPEC]
  if (parts.size === 0 && tags.length === 0 && !specMoved) return undefined
  return {
    id: idOf(desired),
    name: desired.name,
    action: !ours ? 'adopt' : replace ? 'replace' : parts.size > 0 ? 'update' : 'finish',
    differences: [...[...parts.values()].flat(), ...tags],
    losesData: replace && (provisioner.holdsData?.(live) ?? false),
    usuallySeconds: provisioner.settles.usuallySeconds,
  }
}

/** Compares the wish with the survey: what would be done, why, and what stands in the way. Pure. */
export const compare = (blueprint: Blueprint, survey: Survey, consent: Consent): Plan => {
  const known = new Map(survey.outputs)
  const changes: Change[] = []
  const unchanged: string[] = []
  const foreign: Foreign[] = []
  const ailing: { id: string; why: string }[] = []
  const chosen = withNeeds(blueprint, consent.wants)

  for (const desired of inOrder(blueprint)) {
    const id = idOf(desired)
    const provisioner = survey.provisioners.get(desired.kind)
    if (provisioner === undefined) throw new Error(`${id}: nothing provisions kind ${desired.kind}`)
    const live = survey.live.get(id)
    if (!chosen.has(id)) continue
    if (live === undefined) {
      known.delete(id)
      changes.push(creation(provisioner, desired))
      continue
    }
    const ours = isOurs(live.tags, blueprint.stack)
    if (!ours && !consent.adopt) {
      foreign.push({ id, name: desired.name, owner: live.tags[STACK] ?? null, tags: live.tags })
      continue
    }
    if (typeof live.health === 'object') ailing.push({ id, why: live.health.ailing })
    const want = wanted(provisioner, fill(desired.props, outputIn(survey.account, known)))
    const change = changeOf(provisioner, blueprint, desired, live, want, ours)
    if (change === undefined) unchanged.push(id)
    else {
      changes.push(change)
      forgetRenewed(known, provisioner, change)
    }
  }
  const strays = survey.strays.filter(({ id }) => consent.wants(id))
  const deletions = strays.map(({ id, name, provisioner, live }): Change => {
    const losesData = provisioner.holdsData?.(live) ?? false
    return {
      id,
      name,
      action: 'delete',
      differences: [],
      losesData,
      usuallySeconds: provisioner.settles.usuallySeconds,
    }
  })
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
    fingerprint: shortHash({ stack, region, account: survey.account, all, kept, foreign }),
    cost: blueprint.resources.flatMap(desired =>
      (survey.provisioners.get(desired.kind)?.price(desired.props) ?? []).map(line => ({
        ...line,
        id: idOf(desired),
      })),
    ),
  }
}

const creation = (provisioner: AnyProvisioner, desired: Desired): Change => ({
  id: idOf(desired),
  name: desired.name,
  action: 'create',
  differences: [],
  losesData: false,
  usuallySeconds: provisioner.settles.usuallySeconds,
})

/** The filled-in wish in the order AWS answers in. */
export const wanted = (provisioner: AnyProvisioner, props: object): object =>
  provisioner.normal?.(props) ?? props

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
