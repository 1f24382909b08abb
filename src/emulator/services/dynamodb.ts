import type * as DynamoDB from '@aws-sdk/client-dynamodb'
import type { Service } from '../service.ts'

export const dynamodb: Service<typeof DynamoDB> = {}
