import type { Call } from '../service.ts'
import { dropTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../tags.ts'
import { alerts } from './budgets/alerts.ts'
import { type BudgetsService, invalid, notFound } from './budgets/budgetRow.ts'
import { budgetOperations } from './budgets/budgets.ts'

const tagged = (call: Call, arn = ''): string => {
  if (!call.table<TagMap>('tags').has(arn)) throw notFound(`Unable to find the resource: ${arn}`)
  return arn
}

/** Budgets that keep what they are told; nothing is ever spent here. */
export const budgets: BudgetsService = {
  ...budgetOperations,
  ...alerts,

  TagResource: (input, call) => {
    const arn = tagged(call, input.ResourceARN)
    const tags = tagMap(input.ResourceTags)
    const fault = tagFault(tags, tagsOf(call, arn))
    if (fault) throw invalid(fault)
    putTags(call, arn, tags)
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, tagged(call, input.ResourceARN), input.ResourceTagKeys ?? [])
    return {}
  },

  ListTagsForResource: (input, call) => ({
    ResourceTags: tagList(tagsOf(call, tagged(call, input.ResourceARN))),
  }),
}
