import type { DefaultCacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront'
import { arnLike } from '../mayInvoke.ts'

/** The first behaviour whose path pattern fits, in the order they are listed, or the default one. */
export const behaviorFor = (config: DistributionConfig, path: string): DefaultCacheBehavior | undefined =>
  config.CacheBehaviors?.Items?.find(({ PathPattern = '' }) =>
    arnLike(PathPattern.replace(/^(?!\/|\*)/, '/'), path),
  ) ?? config.DefaultCacheBehavior
