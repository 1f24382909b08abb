import { items } from './dynamodb/items.ts'
import { search } from './dynamodb/search.ts'
import type { DynamoService } from './dynamodb/table.ts'
import { tableSettings } from './dynamodb/tableSettings.ts'
import { tables } from './dynamodb/tables.ts'
import { transactions } from './dynamodb/transactions.ts'

/** Everything but streams, backups, global tables, PartiQL and the parameters from before expressions. */
export const dynamodb: DynamoService = {
  ...tables,
  ...tableSettings,
  ...items,
  ...search,
  ...transactions,

  DescribeEndpoints: (_input, call) => ({
    Endpoints: [{ Address: new URL(call.endpoint).host, CachePeriodInMinutes: 1440 }],
  }),
}
