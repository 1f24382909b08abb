import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import type { Service } from '../service.ts'
import { alarms } from './cloudwatch/alarms.ts'
import { metrics } from './cloudwatch/metrics.ts'
import { resourceTags } from './cloudwatch/resourceTags.ts'
import { states } from './cloudwatch/states.ts'

export const cloudwatch: Service<typeof CloudWatch> = { ...alarms, ...metrics, ...resourceTags, ...states }
