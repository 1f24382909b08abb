import type * as ECR from '@aws-sdk/client-ecr'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { repositoryOf } from './repository.ts'

export const resourceTags = {
  TagResource: ({ resourceArn, tags: list }, call) => {
    const arn = known(call, resourceArn)
    const tags = tagMap(list)
    demandTags(tags, tagsOf(call, arn))
    putTags(call, arn, tags)
    return {}
  },

  UntagResource: ({ resourceArn, tagKeys }, call) => {
    dropTags(call, known(call, resourceArn), tagKeys ?? [])
    return {}
  },

  ListTagsForResource: ({ resourceArn }, call) => ({ tags: tagList(tagsOf(call, known(call, resourceArn))) }),
} satisfies Service<typeof ECR>

/** Throws TooManyTagsException and InvalidTagParameterException. */
export const demandTags = (tags: TagMap, held: TagMap = {}): void => {
  const fault = tagFault(tags, held)
  if (fault?.includes('more than 50')) throw new AwsError('TooManyTagsException', fault)
  if (fault !== undefined) throw new AwsError('InvalidTagParameterException', fault)
}

const known = (call: Call, arn = ''): string => {
  const name = /^arn:aws:ecr:[^:]+:\d{12}:repository\/(.+)$/.exec(arn)?.[1]
  if (name === undefined)
    throw new AwsError('InvalidParameterException', `Invalid parameter at 'resourceArn': ${arn}`)
  return repositoryOf(call, name).arn
}
