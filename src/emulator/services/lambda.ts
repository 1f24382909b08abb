import type * as Lambda from '@aws-sdk/client-lambda'
import type { Service } from '../service.ts'

export const lambda: Service<typeof Lambda> = {}
