import { ECSClient, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs'
import type { Aws, Tags } from '../../resource.ts'
import { lowerTagPairs, putAndDrop } from './tags.ts'

/** Puts and drops tags of anything in ECS. */
export const retagEcs = (aws: Aws, resourceArn: string, put: Tags, drop: readonly string[]) => {
  const ecs = aws.client(ECSClient)
  return putAndDrop(
    put,
    drop,
    tags => ecs.send(new TagResourceCommand({ resourceArn, tags: lowerTagPairs(tags) })),
    tagKeys => ecs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
  )
}
