import type * as DynamoDB from '@aws-sdk/client-dynamodb'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'
import type { Item } from './value.ts'

export type DynamoService = Service<typeof DynamoDB>

export type KeyType = 'S' | 'N' | 'B'

export interface KeyNames {
  hash: string
  range: string | null
}

export interface IndexRow {
  name: string
  global: boolean
  keys: KeyNames
  projection: { type: string; attributes: string[] }
  /** Epoch milliseconds: CREATING until then. */
  readyAt: number
}

/** A table as kept; times are epoch milliseconds. */
export interface TableRow {
  name: string
  id: string
  arn: string
  createdAt: number
  /** CREATING until then. */
  readyAt: number
  /** UPDATING until then. */
  updatedAt: number
  /** DELETING until then, afterwards gone; null while nobody deletes it. */
  goneAt: number | null
  keys: KeyNames
  attributes: Record<string, KeyType>
  billing: 'PAY_PER_REQUEST' | 'PROVISIONED'
  throughput: { read: number; write: number }
  deletionProtection: boolean
  tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS' | null
  encryptionKey: string | null
  indexes: IndexRow[]
  ttl: { attribute: string | null; changedAt: number; settledAt: number; nextChangeAt: number }
  recovery: { since: number | null; days: number }
}

export type Status = 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE'

export const tablesOf = (call: Call) => call.table<TableRow>('tables')

export const itemsOf = (call: Call, row: TableRow) => call.table<Item>(`items/${row.id}`)

export const statusOf = (row: TableRow, now: number): Status => {
  if (row.goneAt !== null) return 'DELETING'
  if (now < row.readyAt) return 'CREATING'
  return now < row.updatedAt || row.indexes.some(index => now < index.readyAt) ? 'UPDATING' : 'ACTIVE'
}

const nameIn = (nameOrArn: string | undefined): string => nameOrArn?.split(':table/').at(-1) ?? ''

/** The table by name or ARN; one whose deletion is over goes for good here. */
export const lookUpTable = (call: Call, nameOrArn: string | undefined): TableRow | undefined => {
  const row = tablesOf(call).get(nameIn(nameOrArn))
  if (row === undefined || row.goneAt === null || call.now < row.goneAt) return row
  const items = itemsOf(call, row)
  for (const [key] of items.entries()) items.delete(key)
  tablesOf(call).delete(row.name)
  forgetTags(call, row.arn)
  return undefined
}

/** Throws ResourceNotFoundException. */
export const tableNamed = (call: Call, nameOrArn: string | undefined): TableRow => {
  const row = lookUpTable(call, nameOrArn)
  if (row === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${nameIn(nameOrArn)} not found`,
    )
  return row
}

/** A table whose items can be used. Throws ResourceNotFoundException, also while it is made or deleted. */
export const usableTable = (call: Call, nameOrArn: string | undefined): TableRow => {
  const row = lookUpTable(call, nameOrArn)
  if (row === undefined || ['CREATING', 'DELETING'].includes(statusOf(row, call.now)))
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found')
  return row
}
