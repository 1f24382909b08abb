import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { invalidArgument } from './state.ts'

/** Distributions and functions carry tags; nothing else of CloudFront does. */
export const taggingOperations = {
  TagResource: (input, call) => {
    const arn = taggable(input.Resource, call)
    putTags(call, arn, checkedTags(input.Tags, tagsOf(call, arn)))
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, taggable(input.Resource, call), input.TagKeys?.Items ?? [])
    return {}
  },

  ListTagsForResource: (input, call) => ({
    Tags: { Items: tagList(tagsOf(call, taggable(input.Resource, call))) },
  }),
} satisfies Service<typeof CloudFront>

/** Throws InvalidTagging. */
export const checkedTags = (
  tags: CloudFront.Tags | undefined,
  held: Record<string, string> = {},
): Record<string, string> => {
  const map = tagMap(tags?.Items)
  const fault = tagFault(map, held)
  if (fault !== undefined) throw new AwsError('InvalidTagging', fault, { status: 400 })
  return map
}

const taggable = (arn: string | undefined, call: Call): string => {
  if (!arn?.startsWith('arn:aws:cloudfront::')) throw invalidArgument('The resource ARN is not valid.')
  if (!call.table('tags').has(arn))
    throw new AwsError('NoSuchResource', 'The specified resource does not exist.', { status: 404 })
  return arn
}
