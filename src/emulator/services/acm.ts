import type * as ACM from '@aws-sdk/client-acm'
import type { Service } from '../service.ts'

export const acm: Service<typeof ACM> = {}
