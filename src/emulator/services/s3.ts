import type * as S3 from '@aws-sdk/client-s3'
import type { Service } from '../service.ts'

export const s3: Service<typeof S3> = {}
