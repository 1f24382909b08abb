import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import type { Service } from '../service.ts'

export const cloudwatch: Service<typeof CloudWatch> = {}
