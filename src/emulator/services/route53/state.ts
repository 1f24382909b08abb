import { randomInt } from 'node:crypto'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { AwsError, type Call, type Table } from '../../service.ts'
import { normalName } from './names.ts'

export interface Zone {
  /** `Z…`, without `/hostedzone/`. */
  id: string
  name: string
  reference: string
  comment: string | null
  private: boolean
  vpc: { VPCId?: string | undefined; VPCRegion?: string | undefined } | null
  nameServers: string[]
}

/** `since`: epoch milliseconds of the change that made it what it is. */
export interface RecordSet {
  set: ResourceRecordSet
  since: number
}

export interface Change {
  id: string
  submittedAt: number
  insyncAt: number
  comment: string | null
}

/** DNS is global: its state is in one region whoever asks. */
const table = <T>(call: Call, name: string): Table<T> =>
  call.table<T>(name, { service: 'route53', region: 'us-east-1' })

export const zones = (call: Call) => table<Zone>(call, 'zones')
export const records = (call: Call, zone: Zone) => table<RecordSet>(call, `records/${zone.id}`)
export const changes = (call: Call) => table<Change>(call, 'changes')

export const zoneArn = (id: string): string => `arn:aws:route53:::hostedzone/${id}`

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export const freshId = (letter: 'Z' | 'C'): string =>
  letter + Array.from({ length: 20 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/** Throws NoSuchHostedZone. Takes the id with or without `/hostedzone/`. */
export const zoneAt = (id: string | undefined, call: Call): Zone => {
  const bare = (id ?? '').replace(/^\/?hostedzone\//, '')
  const zone = zones(call).get(bare)
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare}`, { status: 404 })
  return zone
}

/** What is unique in a zone: name, type and, for routing policies, the set's identifier. */
export const recordKey = (set: ResourceRecordSet): string =>
  [set.Name, set.Type, set.SetIdentifier ?? ''].join(' ')

const PROPAGATION_MS = 30_000

/** Notes a change and answers what Route 53 says of it; it is PENDING for a while. */
export const submit = (call: Call, comment: string | undefined) => {
  const change: Change = {
    id: freshId('C'),
    submittedAt: call.now,
    insyncAt: call.now + call.delay(PROPAGATION_MS),
    comment: comment ?? null,
  }
  changes(call).set(change.id, change)
  return changeInfo(change, call)
}

export const changeInfo = (change: Change, call: Call) => ({
  Id: `/change/${change.id}`,
  Status: change.insyncAt > call.now ? ('PENDING' as const) : ('INSYNC' as const),
  SubmittedAt: new Date(change.submittedAt),
  Comment: change.comment ?? undefined,
})

export const invalidInput = (message: string): AwsError =>
  new AwsError('InvalidInput', message, { status: 400 })

/** Since when a CNAME with this value stands in a public zone; undefined: it does not. For ACM's validation. */
export const cnameSince = (call: Call, name: string, value: string): number | undefined => {
  const target = normalName(value)
  return zones(call)
    .values()
    .filter(zone => !zone.private)
    .map(zone => records(call, zone).get(recordKey({ Name: normalName(name), Type: 'CNAME' })))
    .find(record => record?.set.ResourceRecords?.some(({ Value = '' }) => normalName(Value) === target))
    ?.since
}
