import type * as IAM from '@aws-sdk/client-iam'
import type { Service } from '../service.ts'

export const iam: Service<typeof IAM> = {}
