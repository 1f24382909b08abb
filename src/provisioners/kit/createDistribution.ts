import { CreateDistributionWithTagsCommand, type DistributionConfig } from '@aws-sdk/client-cloudfront'
import { isAwsError } from '../../awsError.ts'
import type { Aws, Tags } from '../../resource.ts'
import { cloudfront, distributionOf } from './cloudfront.ts'
import { tagPairs } from './tags.ts'

/**
 * Makes a distribution under a caller reference that follows from `name`, so that a repeated request makes no second one.
 * A reference that CloudFront remembers from a distribution deleted since would never be taken again ("CreateDistribution"
 * API reference: one "already sent in a previous request"): then one that names the deleted one is used. Throws
 * DistributionAlreadyExists while the distribution of that reference stands.
 */
export const createDistribution = async (
  aws: Aws,
  name: string,
  config: Omit<DistributionConfig, 'CallerReference'>,
  tags: Tags,
): Promise<void> => {
  for (let reference = name; ; ) {
    const DistributionConfig = { ...config, CallerReference: reference } as DistributionConfig
    const Tags = { Items: tagPairs(tags) }
    const create = new CreateDistributionWithTagsCommand({
      DistributionConfigWithTags: { DistributionConfig, Tags },
    })
    try {
      await cloudfront(aws).send(create)
      return
    } catch (error) {
      const Id = isAwsError(error, 'DistributionAlreadyExists') && /exists: (\w+)/.exec(String(error))?.[1]
      if (!Id || (await distributionOf(aws, Id)) !== undefined) throw error
      reference = `${name} after ${Id}`
    }
  }
}
