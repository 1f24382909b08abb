import type * as ECS from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, tagsOf } from '../../tags.ts'
import { ecsTags, wantedTags } from './tags.ts'

export const resourceTags = {
  TagResource: ({ resourceArn, tags }, call) => {
    const arn = known(call, resourceArn)
    putTags(call, arn, wantedTags(tags, tagsOf(call, arn)))
    return {}
  },

  UntagResource: ({ resourceArn, tagKeys }, call) => {
    dropTags(call, known(call, resourceArn), tagKeys ?? [])
    return {}
  },

  ListTagsForResource: ({ resourceArn }, call) => ({
    tags: ecsTags(tagsOf(call, known(call, resourceArn))),
  }),
} satisfies Service<typeof ECS>

const known = (call: Call, arn = ''): string => {
  if (!/^arn:aws:ecs:[^:]+:\d{12}:(cluster|task|task-definition)\/.+$/.test(arn))
    throw new AwsError('InvalidParameterException', `Invalid arn syntax. Identifier is for ${arn}.`)
  if (call.table('tags').has(arn)) return arn
  if (arn.includes(':cluster/')) throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
  throw new AwsError(
    'InvalidParameterException',
    'The specified resource cannot be found. Specify a valid ARN and try again.',
  )
}
