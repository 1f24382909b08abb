import type * as EventBridge from '@aws-sdk/client-eventbridge'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { invalid } from './rule.ts'

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
} satisfies Service<typeof EventBridge>

/** Throws ValidationException. */
export const demandTags = (tags: TagMap, held: TagMap = {}): void => {
  const fault = tagFault(tags, held)
  if (fault !== undefined) throw invalid(fault)
}

const known = (call: Call, arn = ''): string => {
  if (!call.table('tags').has(arn))
    throw new AwsError(
      'ResourceNotFoundException',
      `Rule ${arn.split('/').at(-1)} does not exist on EventBus default.`,
    )
  return arn
}
