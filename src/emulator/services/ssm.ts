import type * as SSM from '@aws-sdk/client-ssm'
import type { Service } from '../service.ts'

export const ssm: Service<typeof SSM> = {}
