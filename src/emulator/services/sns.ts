import type * as SNS from '@aws-sdk/client-sns'
import type { Service } from '../service.ts'

export const sns: Service<typeof SNS> = {}
