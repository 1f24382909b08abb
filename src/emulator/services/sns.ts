import type * as SNS from '@aws-sdk/client-sns'
import type { Service } from '../service.ts'
import { publishing } from './sns/publishing.ts'
import { resourceTags } from './sns/resourceTags.ts'
import { subscriptions } from './sns/subscriptions.ts'
import { topics } from './sns/topics.ts'

export const sns: Service<typeof SNS> = { ...publishing, ...resourceTags, ...subscriptions, ...topics }
