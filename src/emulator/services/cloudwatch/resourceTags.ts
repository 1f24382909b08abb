import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'

export const resourceTags = {
  TagResource: ({ ResourceARN, Tags }, call) => {
    const arn = known(call, ResourceARN)
    const tags = tagMap(Tags)
    demandTags(tags, tagsOf(call, arn))
    putTags(call, arn, tags)
    return {}
  },

  UntagResource: ({ ResourceARN, TagKeys }, call) => {
    dropTags(call, known(call, ResourceARN), TagKeys ?? [])
    return {}
  },

  ListTagsForResource: ({ ResourceARN }, call) => ({ Tags: tagList(tagsOf(call, known(call, ResourceARN))) }),
} satisfies Service<typeof CloudWatch>

/** Throws InvalidParameterValueException. */
export const demandTags = (tags: TagMap, held: TagMap = {}): void => {
  const fault = tagFault(tags, held)
  if (fault !== undefined) throw new AwsError('InvalidParameterValueException', fault)
}

const known = (call: Call, arn = ''): string => {
  if (!call.table('tags').has(arn))
    throw new AwsError('ResourceNotFoundException', `Resource not found: ${arn}`)
  return arn
}
