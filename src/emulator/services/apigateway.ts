import type { Call } from '../service.ts'
import { dropTags, putTags, type TagMap, tagsOf } from '../tags.ts'
import { apis, checkedTags } from './apigateway/apis.ts'
import { authorizers } from './apigateway/authorizers.ts'
import { domains } from './apigateway/domains.ts'
import { integrations } from './apigateway/integrations.ts'
import { routes } from './apigateway/routes.ts'
import { type ApiService, notFound } from './apigateway/rows.ts'
import { stages } from './apigateway/stages.ts'

/** Throws NotFoundException for an ARN of nothing taggable. */
const taggable = (call: Call, arn = ''): string => {
  if (!call.table<TagMap>('tags').has(arn)) throw notFound(`Invalid resource ARN specified: ${arn}`)
  return arn
}

/** HTTP APIs: no WebSocket APIs, VPC links, models, imports or quick create. */
export const apigateway: ApiService = {
  ...apis,
  ...integrations,
  ...routes,
  ...authorizers,
  ...stages,
  ...domains,

  TagResource: (input, call) => {
    const arn = taggable(call, input.ResourceArn)
    putTags(call, arn, checkedTags(input.Tags ?? {}, tagsOf(call, arn)))
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, taggable(call, input.ResourceArn), input.TagKeys ?? [])
    return {}
  },

  GetTags: (input, call) => ({ Tags: tagsOf(call, taggable(call, input.ResourceArn)) }),
}
