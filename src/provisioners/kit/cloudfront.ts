import {
  CloudFrontClient,
  type Distribution,
  GetDistributionCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudfront'
import type { Aws, Tags } from '../../resource.ts'
import { absentIf } from './absentIf.ts'
import { putAndDrop, tagPairs, tagsFrom } from './tags.ts'

/** CloudFront is one for the whole partition; its control plane stands in us-east-1. */
export const cloudfront = (aws: Aws): CloudFrontClient => aws.client(CloudFrontClient, 'us-east-1')

/** A list as CloudFront wants it: counted, and without `Items` when it is empty (InconsistentQuantities otherwise). */
export const counted = <T>(items: readonly T[]): { Quantity: number; Items?: T[] } =>
  items.length === 0 ? { Quantity: 0 } : { Quantity: items.length, Items: [...items] }

/** What CloudFront says of a distribution that is not there. */
export const NO_DISTRIBUTION = 'NoSuchDistribution'

/** Undefined when there is none of that id. */
export const distributionOf = async (aws: Aws, Id: string | undefined): Promise<Distribution | undefined> => {
  const answer = await absentIf(cloudfront(aws).send(new GetDistributionCommand({ Id })), NO_DISTRIBUTION)
  return answer?.Distribution
}

export const cloudfrontTags = async (aws: Aws, arn: string): Promise<Tags> => {
  const { Tags } = await cloudfront(aws).send(new ListTagsForResourceCommand({ Resource: arn }))
  return tagsFrom(Tags?.Items)
}

export const retagCloudfront = (aws: Aws, arn: string, put: Tags, drop: readonly string[]): Promise<void> =>
  putAndDrop(
    put,
    drop,
    tags => cloudfront(aws).send(new TagResourceCommand({ Resource: arn, Tags: { Items: tagPairs(tags) } })),
    Items => cloudfront(aws).send(new UntagResourceCommand({ Resource: arn, TagKeys: { Items } })),
  )
