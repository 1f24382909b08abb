import {
  CloudFrontClient,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudfront'
import type { Aws, Tags } from '../../resource.ts'
import { putAndDrop, tagPairs, tagsFrom } from './tags.ts'

/** CloudFront is one for the whole partition; its control plane stands in us-east-1. */
export const cloudfront = (aws: Aws): CloudFrontClient => aws.client(CloudFrontClient, 'us-east-1')

/** A list as CloudFront wants it: counted, and without `Items` when it is empty (InconsistentQuantities otherwise). */
export const counted = <T>(items: readonly T[]): { Quantity: number; Items?: T[] } =>
  items.length === 0 ? { Quantity: 0 } : { Quantity: items.length, Items: [...items] }

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
