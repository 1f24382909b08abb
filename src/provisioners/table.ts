import type { Outputs } from '../resource.ts'

/** name: the DynamoDB table's. */
export interface TableProps {
  /** String hash key. */
  key: string
  billing: 'PAY_PER_REQUEST' | 'PROVISIONED'
  /** Time-to-live attribute, null for none. */
  ttl: string | null
  deletionProtection: boolean
}

export interface TableOut extends Outputs {
  arn: string
  name: string
}
