import type * as CloudFront from '@aws-sdk/client-cloudfront'
import type { Service } from '../service.ts'
import { distributionOperations } from './cloudfront/distributions.ts'
import { functionOperations } from './cloudfront/functions.ts'
import { headersPolicyOperations } from './cloudfront/headersPolicies.ts'
import { invalidationOperations } from './cloudfront/invalidations.ts'
import { originAccessControlOperations } from './cloudfront/originAccessControls.ts'
import { taggingOperations } from './cloudfront/tagging.ts'

/** The control plane of the CDN; what it serves is read from `cloudfront/state.ts`. */
export const cloudfront: Service<typeof CloudFront> = {
  ...distributionOperations,
  ...invalidationOperations,
  ...functionOperations,
  ...originAccessControlOperations,
  ...headersPolicyOperations,
  ...taggingOperations,
}
