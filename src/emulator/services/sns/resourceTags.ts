import type * as SNS from '@aws-sdk/client-sns'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { invalid } from './topic.ts'

export const resourceTags = {
  TagResource: ({ ResourceArn, Tags }, call) => {
    const arn = known(call, ResourceArn)
    const tags = tagMap(Tags)
    demandTags(tags, tagsOf(call, arn))
    putTags(call, arn, tags)
    return {}
  },

  UntagResource: ({ ResourceArn, TagKeys }, call) => {
    dropTags(call, known(call, ResourceArn), TagKeys ?? [])
    return {}
  },

  ListTagsForResource: ({ ResourceArn }, call) => ({ Tags: tagList(tagsOf(call, known(call, ResourceArn))) }),
} satisfies Service<typeof SNS>

/** Throws TagLimitExceededException and InvalidParameterException. */
export const demandTags = (tags: TagMap, held: TagMap = {}): void => {
  const fault = tagFault(tags, held)
  if (fault?.includes('more than 50'))
    throw new AwsError(
      'TagLimitExceededException',
      'Could not complete request: tag quota of per resource exceeded',
    )
  if (fault !== undefined) throw invalid('Tags', fault)
}

const known = (call: Call, arn = ''): string => {
  if (!call.table('tags').has(arn)) throw new AwsError('ResourceNotFoundException', 'Resource does not exist')
  return arn
}
