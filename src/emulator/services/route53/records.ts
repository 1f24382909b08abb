import type * as Route53 from '@aws-sdk/client-route-53'
import { AwsError, type Service } from '../../service.ts'
import { applyBatch } from './changeBatch.ts'
import { byLabels, normalName } from './names.ts'
import { changeInfo, changes, invalidInput, records, submit, zoneAt } from './state.ts'
import { pageSize } from './zones.ts'

export const recordOperations = {
  ChangeResourceRecordSets: (input, call) => {
    const zone = zoneAt(input.HostedZoneId, call)
    const batch = input.ChangeBatch?.Changes ?? []
    if (batch.length === 0) throw invalidInput('A change batch needs at least one change')
    if (batch.length > 1000) throw invalidChangeBatch(['Number of records limit of 1000 exceeded.'])
    const table = records(call, zone)
    const held = new Map(table.entries())
    const result = applyBatch(held, batch, zone, call.now)
    if ('faults' in result) throw invalidChangeBatch(result.faults)
    for (const key of held.keys()) if (!result.sets.has(key)) table.delete(key)
    for (const [key, record] of result.sets) if (held.get(key) !== record) table.set(key, record)
    return { ChangeInfo: submit(call, input.ChangeBatch?.Comment) }
  },

  /** Starts at the record asked for or, when it is not there, at the next one. */
  ListResourceRecordSets: (input, call) => {
    const zone = zoneAt(input.HostedZoneId, call)
    const { StartRecordName, StartRecordType, StartRecordIdentifier } = input
    if (StartRecordType !== undefined && StartRecordName === undefined)
      throw invalidInput('The input is not valid: StartRecordType needs StartRecordName')
    if (StartRecordIdentifier !== undefined && StartRecordType === undefined)
      throw invalidInput('The input is not valid: StartRecordIdentifier needs StartRecordType')
    const start = {
      Name: StartRecordName === undefined ? undefined : normalName(StartRecordName),
      Type: StartRecordType,
      SetIdentifier: StartRecordIdentifier,
    }
    const from = records(call, zone)
      .values()
      .map(({ set }) => set)
      .sort(bySet)
      .filter(set => start.Name === undefined || bySet(set, { ...start, Name: start.Name }) >= 0)
    const max = pageSize(input.MaxItems, 300)
    const next = from[max]
    return {
      ResourceRecordSets: from.slice(0, max),
      IsTruncated: next !== undefined,
      NextRecordName: next?.Name,
      NextRecordType: next?.Type,
      NextRecordIdentifier: next?.SetIdentifier,
      MaxItems: max,
    }
  },

  GetChange: (input, call) => {
    const id = (input.Id ?? '').replace(/^\/?change\//, '')
    const change = changes(call).get(id)
    if (!change)
      throw new AwsError('NoSuchChange', `A change with the specified change ID does not exist: ${id}`, {
        status: 404,
      })
    return { ChangeInfo: changeInfo(change, call) }
  },
} satisfies Service<typeof Route53>

interface Place {
  Name?: string | undefined
  Type?: string | undefined
  SetIdentifier?: string | undefined
}

const bySet = (a: Place, b: Place): number =>
  byLabels(a.Name ?? '', b.Name ?? '') || byText(a.Type, b.Type) || byText(a.SetIdentifier, b.SetIdentifier)

const byText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

/** The message holds every fault as the console shows them: `[one, two]`. */
const invalidChangeBatch = (faults: string[]): AwsError =>
  new AwsError('InvalidChangeBatch', `[${faults.join(', ')}]`, { status: 400, fields: { messages: faults } })
