import type * as Route53 from '@aws-sdk/client-route-53'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { invalidInput, zoneArn, zoneAt } from './state.ts'

const MOST_PER_CALL = 10

/** Only hosted zones are kept here; health checks are none of the product's. */
export const taggingOperations = {
  ChangeTagsForResource: (input, call) => {
    const arn = arnOf(input.ResourceType, input.ResourceId, call)
    const { AddTags = [], RemoveTagKeys = [] } = input
    if (AddTags.length + RemoveTagKeys.length === 0)
      throw invalidInput('Either AddTags or RemoveTagKeys is required')
    if (AddTags.length > MOST_PER_CALL || RemoveTagKeys.length > MOST_PER_CALL)
      throw invalidInput(`At most ${MOST_PER_CALL} tags may be added or removed in one request`)
    const added = tagMap(AddTags)
    const fault = tagFault(added, tagsOf(call, arn))
    if (fault !== undefined) throw invalidInput(fault)
    dropTags(call, arn, RemoveTagKeys)
    putTags(call, arn, added)
    return {}
  },

  ListTagsForResource: (input, call) => ({
    ResourceTagSet: tagSet(input.ResourceType, input.ResourceId, call),
  }),

  ListTagsForResources: (input, call) => {
    const ids = input.ResourceIds ?? []
    if (ids.length > MOST_PER_CALL) throw invalidInput(`At most ${MOST_PER_CALL} resources in one request`)
    return { ResourceTagSets: ids.map(id => tagSet(input.ResourceType, id, call)) }
  },
} satisfies Service<typeof Route53>

const arnOf = (type: string | undefined, id: string | undefined, call: Call): string => {
  if (type === 'healthcheck')
    throw new AwsError('NoSuchHealthCheck', `No health check exists with the specified ID: ${id}`, {
      status: 404,
    })
  if (type !== 'hostedzone') throw invalidInput(`The resource type is not valid: ${type}`)
  return zoneArn(zoneAt(id, call).id)
}

const tagSet = (
  type: Route53.TagResourceType | undefined,
  id: string | undefined,
  call: Call,
): Route53.ResourceTagSet => ({
  ResourceType: type,
  ResourceId: id,
  Tags: tagList(tagsOf(call, arnOf(type, id, call))),
})
