import type * as ECR from '@aws-sdk/client-ecr'
import type { Service } from '../service.ts'

export const ecr: Service<typeof ECR> = {}
