import type * as Route53 from '@aws-sdk/client-route-53'
import type { Service } from '../service.ts'
import { recordOperations } from './route53/records.ts'
import { taggingOperations } from './route53/tagging.ts'
import { zoneOperations } from './route53/zones.ts'

/** Hosted zones and their record sets; nobody resolves names from them, ACM looks up its proofs here. */
export const route53: Service<typeof Route53> = {
  ...zoneOperations,
  ...recordOperations,
  ...taggingOperations,
}
