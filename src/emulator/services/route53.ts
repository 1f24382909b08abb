import type * as Route53 from '@aws-sdk/client-route-53'
import type { Service } from '../service.ts'

export const route53: Service<typeof Route53> = {}
