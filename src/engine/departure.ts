import { UserError } from '../errors.ts'
import { type Blueprint, type Desired, idOf, type Live, type Tags } from '../resource.ts'
import { fill, tokensIn } from '../token.ts'
import { differences } from './differences.ts'
import type { Change, Difference, Reason } from './plan.ts'
import { revisionsOf } from './revisions.ts'
import { canonical, shortHash, specParts } from './spec.ts'
import { SPEC, tagChanges, tagsOf, wasApplied } from './stackTags.ts'
import type { AnyProvisioner } from './world.ts'

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
  const drifted = applied !== shortHash(live)
  // What is not known yet follows from another change; whether the manifest moved too cannot be told.
  if (tokensIn(want).size > 0) return drifted ? 'drift' : 'unknown'
  return drifted ? 'both' : 'manifest'
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

/** Which keys were applied stands on the resource, what their values were does not. */
const tagReason = (live: Tags, key: string, want: string | undefined): Reason => {
  if (live[SPEC] === undefined) return 'unknown'
  const applied = wasApplied(live, key)
  if (live[key] === undefined) return applied ? 'drift' : 'manifest'
  return want === undefined ? 'manifest' : 'unknown'
}

const tagDifferences = (live: Live, want: Readonly<Record<string, string>>): Difference[] => {
  const { put, drop } = tagChanges(live.tags, want)
  const visible = [...Object.keys(put), ...drop].filter(key => key !== SPEC).sort()
  return visible.map(key => ({
    path: `tags.${key}`,
    live: live.tags[key],
    want: want[key],
    reason: tagReason(live.tags, key, want[key]),
  }))
}

/** How one resource that is there departs from its wish; undefined when it does not. */
export const departure = (
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
  const wantedTags = tagsOf(blueprint, desired, want, provisioner)
  const tags = tagDifferences(live, wantedTags)
  const specMoved = tokensIn(want).size === 0 && live.tags[SPEC] !== wantedTags[SPEC]
  if (parts.size === 0 && tags.length === 0 && !specMoved) return undefined
  return {
    id: idOf(desired),
    name: desired.name,
    action: !ours ? 'adopt' : replace ? 'replace' : parts.size > 0 ? 'update' : 'finish',
    differences: [...[...parts.values()].flat(), ...tags],
    vanished: false,
    revisions: revisionsOf(desired, live),
    losesData: replace && (provisioner.holdsData?.(live) ?? false),
    usuallySeconds: provisioner.settles.usuallySeconds,
  }
}
