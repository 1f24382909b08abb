import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import type { Aws, Tags } from '../resource.ts'

export interface TaggedThing {
  readonly arn: string
  readonly tags: Tags
}

/**
 * Everything in the account that the Resource Groups Tagging API says carries tag `key` (with `value`, or any when
 * null), in the stack's region and in us-east-1, where CloudFront shows. It lists things already deleted and misses
 * IAM roles: a hint, never a proof.
 */
export const tagged = async (aws: Aws, key: string, value: string | null): Promise<TaggedThing[]> => {
  const regions = [...new Set([aws.region, 'us-east-1'])]
  const pages = await Promise.all(regions.map(region => inRegion(aws, region, key, value)))
  return [...new Map(pages.flat().map(thing => [thing.arn, thing])).values()]
}

const inRegion = async (
  aws: Aws,
  region: string,
  key: string,
  value: string | null,
): Promise<TaggedThing[]> => {
  const things: TaggedThing[] = []
  const client = aws.client(ResourceGroupsTaggingAPIClient, region)
  const filter = { Key: key, ...(value === null ? {} : { Values: [value] }) }
  for await (const page of paginateGetResources({ client }, { TagFilters: [filter], ResourcesPerPage: 100 }))
    for (const { ResourceARN = '', Tags: tags = [] } of page.ResourceTagMappingList ?? [])
      things.push({
        arn: ResourceARN,
        tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      })
  return things
}
