import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import type { Service } from '../service.ts'

export const logs: Service<typeof Logs> = {}
