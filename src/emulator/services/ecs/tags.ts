import type { Tag } from '@aws-sdk/client-ecs'
import { AwsError, type Call } from '../../service.ts'
import { type TagMap, tagFault, tagsOf } from '../../tags.ts'

/** ECS writes tags in lower case. */
export const ecsTags = (tags: TagMap): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))

/** The tags of an input, checked; throws InvalidParameterException. */
export const wantedTags = (list: readonly Tag[] | undefined, held: TagMap = {}): TagMap => {
  const tags = Object.fromEntries((list ?? []).map(({ key, value }) => [key ?? '', value ?? '']))
  if ((list ?? []).length !== Object.keys(tags).length)
    throw new AwsError('InvalidParameterException', 'Duplicate tag keys found. Tag keys must be unique.')
  const fault = tagFault(tags, held)
  if (fault !== undefined) throw new AwsError('InvalidParameterException', fault)
  return tags
}

/** For answers that carry tags only when asked (`include: ['TAGS']`). */
export const shownTags = (call: Call, arn: string, include: readonly string[] | undefined) =>
  include?.includes('TAGS') ? ecsTags(tagsOf(call, arn)) : []
