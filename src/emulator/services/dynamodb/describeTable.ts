import type { IndexStatus, TableDescription } from '@aws-sdk/client-dynamodb'
import type { Call } from '../../service.ts'
import { type IndexRow, itemsOf, type KeyNames, statusOf, type TableRow } from './table.ts'
import { itemSize } from './value.ts'

const keySchema = ({ hash, range }: KeyNames) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  ...(range === null ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
]

const projection = ({ projection: { type, attributes } }: IndexRow) => ({
  ProjectionType: type as 'ALL',
  ...(attributes.length > 0 && { NonKeyAttributes: attributes }),
})

/** What DescribeTable says, with everything AWS fills in by itself. Sizes are exact here; AWS counts every six hours. */
export const describeTable = (call: Call, row: TableRow): TableDescription => {
  const items = itemsOf(call, row).values()
  const size = items.reduce((bytes, item) => bytes + itemSize(item), 0)
  const status = statusOf(row, call.now)
  const throughput = {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: row.throughput.read,
    WriteCapacityUnits: row.throughput.write,
  }
  const warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 }
  const index = (held: IndexRow) => ({
    IndexName: held.name,
    KeySchema: keySchema(held.keys),
    Projection: projection(held),
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexArn: `${row.arn}/index/${held.name}`,
  })
  const local = row.indexes.filter(held => !held.global)
  const global = row.indexes.filter(held => held.global)
  return {
    AttributeDefinitions: Object.entries(row.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: row.name,
    KeySchema: keySchema(row.keys),
    TableStatus: status,
    CreationDateTime: new Date(row.createdAt),
    ProvisionedThroughput: throughput,
    TableSizeBytes: size,
    ItemCount: items.length,
    TableArn: row.arn,
    TableId: row.id,
    ...(row.billing === 'PAY_PER_REQUEST' && {
      BillingModeSummary: {
        BillingMode: row.billing,
        LastUpdateToPayPerRequestDateTime: new Date(row.readyAt),
      },
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(index) }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map(held => ({
        ...index(held),
        IndexStatus: (call.now < held.readyAt ? 'CREATING' : 'ACTIVE') as IndexStatus,
        ProvisionedThroughput: throughput,
        WarmThroughput: { ...warm, Status: 'ACTIVE' as const },
      })),
    }),
    ...(row.tableClass && { TableClassSummary: { TableClass: row.tableClass } }),
    ...(row.encryptionKey && {
      SSEDescription: {
        Status: 'ENABLED' as const,
        SSEType: 'KMS' as const,
        KMSMasterKeyArn: row.encryptionKey,
      },
    }),
    DeletionProtectionEnabled: row.deletionProtection,
    WarmThroughput: { ...warm, Status: status === 'CREATING' ? 'UPDATING' : 'ACTIVE' },
  }
}
