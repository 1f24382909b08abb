import type * as EventBridge from '@aws-sdk/client-eventbridge'
import type { Service } from '../service.ts'
import { publishing } from './events/publishing.ts'
import { resourceTags } from './events/resourceTags.ts'
import { rules } from './events/rules.ts'
import { targets } from './events/targets.ts'

export const events: Service<typeof EventBridge> = { ...publishing, ...resourceTags, ...rules, ...targets }
