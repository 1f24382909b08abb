import { isDeepStrictEqual } from 'node:util'
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { plainName } from './names.ts'
import { normalSet, recordFault } from './recordRules.ts'
import { invalidInput, type RecordSet, recordKey, type Zone } from './state.ts'

type Sets = Map<string, RecordSet>

/**
 * The zone's record sets after the whole batch, or every fault of it: a batch happens entirely or not at all.
 * Throws InvalidInput for what is no batch.
 */
export const applyBatch = (
  held: Sets,
  batch: readonly Change[],
  zone: Zone,
  now: number,
): { sets: Sets } | { faults: string[] } => {
  const sets = new Map(held)
  const faults: string[] = []
  for (const { Action, ResourceRecordSet } of batch) {
    if (!ResourceRecordSet) throw invalidInput('A change needs a ResourceRecordSet')
    const set = normalSet(ResourceRecordSet)
    const fault = recordFault(set, zone.name) ?? changeFault(Action, set, sets, zone)
    if (fault !== undefined) faults.push(fault)
    else if (Action === 'DELETE') sets.delete(recordKey(set))
    else sets.set(recordKey(set), { set, since: now })
  }
  return faults.length > 0 ? { faults } : { sets }
}

const changeFault = (
  action: string | undefined,
  set: ResourceRecordSet,
  sets: Sets,
  zone: Zone,
): string | undefined => {
  const there = sets.get(recordKey(set))?.set
  const named = `resource record set [name='${plainName(set.Name ?? '')}', type='${set.Type}'${set.SetIdentifier === undefined ? '' : `, set-identifier='${set.SetIdentifier}'`}]`
  switch (action) {
    case 'CREATE':
      if (there) return `Tried to create ${named} but it already exists`
      return neighbourFault(set, sets, zone)
    case 'UPSERT':
      return neighbourFault(set, sets, zone)
    case 'DELETE':
      if (!there) return `Tried to delete ${named} but it was not found`
      if (!sameValues(there, set))
        return `Tried to delete ${named} but the values provided do not match the current values`
      return keptFault(set, zone)
    default:
      throw invalidInput(
        `Value '${action}' at 'action' failed to satisfy constraint: [CREATE, DELETE, UPSERT]`,
      )
  }
}

/** A CNAME stands alone at its name; an alias into its own zone needs its target there. */
const neighbourFault = (set: ResourceRecordSet, sets: Sets, zone: Zone): string | undefined => {
  const other = [...sets.values()].find(
    ({ set: held }) =>
      held.Name === set.Name && held.Type !== set.Type && (held.Type === 'CNAME' || set.Type === 'CNAME'),
  )
  if (other)
    return `RRSet of type ${set.Type} with DNS name ${plainName(set.Name ?? '')} is not permitted because a conflicting RRSet of type ${other.set.Type} with the same DNS name already exists in zone ${zone.name}`
  const { AliasTarget } = set
  if (AliasTarget?.HostedZoneId !== zone.id) return undefined
  const target = [...sets.values()].some(
    ({ set: held }) => held.Name === AliasTarget.DNSName && held.Type === set.Type,
  )
  return target
    ? undefined
    : `Tried to create an alias that targets ${AliasTarget.DNSName}, type ${set.Type} in zone ${zone.id}, but that target was not found`
}

const keptFault = (set: ResourceRecordSet, zone: Zone): string | undefined => {
  if (set.Name !== zone.name) return undefined
  if (set.Type === 'SOA') return 'A HostedZone must contain exactly one SOA record.'
  if (set.Type === 'NS') return 'A HostedZone must contain at least one NS record for the zone itself.'
  return undefined
}

/** Every value, whatever their order, the TTL, and all of an alias. */
const sameValues = (a: ResourceRecordSet, b: ResourceRecordSet): boolean =>
  a.TTL === b.TTL &&
  isDeepStrictEqual(a.AliasTarget, b.AliasTarget) &&
  isDeepStrictEqual(valuesOf(a), valuesOf(b))

const valuesOf = ({ ResourceRecords = [] }: ResourceRecordSet): (string | undefined)[] =>
  ResourceRecords.map(({ Value }) => Value).sort()
