import type * as EventBridge from '@aws-sdk/client-eventbridge'
import type { Service } from '../service.ts'

export const events: Service<typeof EventBridge> = {}
