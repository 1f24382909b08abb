import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagsOf } from '../../tags.ts'
import { groupOf, invalid } from './group.ts'

export const resourceTags = {
  TagResource: ({ resourceArn, tags = {} }, call) => {
    putChecked(call, known(call, resourceArn), tags)
    return {}
  },

  UntagResource: ({ resourceArn, tagKeys }, call) => {
    dropTags(call, known(call, resourceArn), tagKeys ?? [])
    return {}
  },

  ListTagsForResource: ({ resourceArn }, call) => ({ tags: tagsOf(call, known(call, resourceArn)) }),

  TagLogGroup: ({ logGroupName, tags = {} }, call) => {
    putChecked(call, groupOf(call, logGroupName).arn, tags)
    return {}
  },

  UntagLogGroup: ({ logGroupName, tags }, call) => {
    dropTags(call, groupOf(call, logGroupName).arn, tags ?? [])
    return {}
  },

  ListTagsLogGroup: ({ logGroupName }, call) => ({ tags: tagsOf(call, groupOf(call, logGroupName).arn) }),
} satisfies Service<typeof Logs>

const putChecked = (call: Call, arn: string, tags: TagMap): void => {
  if (Object.keys(tags).length === 0) throw invalid('Tags must not be empty.')
  const fault = tagFault(tags, tagsOf(call, arn))
  if (fault?.includes('more than 50')) throw new AwsError('TooManyTagsException', fault)
  if (fault !== undefined) throw invalid(fault)
  putTags(call, arn, tags)
}

/** The ARN of a group that is there, without the `:*` other calls put behind it. */
const known = (call: Call, arn = ''): string => {
  if (arn.endsWith(':*') || !/^arn:aws:logs:[^:]+:\d{12}:log-group:[^:]+$/.test(arn))
    throw invalid(`The specified ARN is not valid: ${arn}`)
  if (!call.table('tags').has(arn))
    throw new AwsError('ResourceNotFoundException', 'The specified resource does not exist.')
  return arn
}
