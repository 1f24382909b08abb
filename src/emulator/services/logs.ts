import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import type { Service } from '../service.ts'
import { events } from './logs/events.ts'
import { groups } from './logs/groups.ts'
import { resourceTags } from './logs/resourceTags.ts'
import { streams } from './logs/streams.ts'

export const logs: Service<typeof Logs> = { ...events, ...groups, ...resourceTags, ...streams }
