import type * as CloudFront from '@aws-sdk/client-cloudfront'
import type { Service } from '../service.ts'

export const cloudfront: Service<typeof CloudFront> = {}
