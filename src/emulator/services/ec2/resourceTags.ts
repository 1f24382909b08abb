import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, putTags, type TagMap } from '../../tags.ts'
import { filtered } from './filter.ts'
import { liveInterfaces } from './interface.ts'
import { gatewayTable, routeTableTable, subnetOf, vpcOf, withDefaults } from './network.ts'
import { ruleTable, securityGroupOf } from './securityGroup.ts'
import { arnOf, checkedTags, tagsOfId, typeOfId } from './tags.ts'

export const resourceTags = {
  CreateTags: ({ Resources = [], Tags }, call) => {
    withDefaults(call)
    for (const id of Resources) demandThing(call, id)
    const wanted = Resources.map(id => ({ id, tags: checkedTags(Tags, tagsOfId(call, id)) }))
    for (const { id, tags } of wanted) putTags(call, arnOf(call, id), tags)
    return {}
  },

  /** Without tags: drops every tag. With a value: drops the tag only where it has that value. */
  DeleteTags: ({ Resources = [], Tags }, call) => {
    withDefaults(call)
    for (const id of Resources) {
      const held = tagsOfId(call, id)
      const doomed = Tags?.length
        ? Tags.filter(({ Key = '', Value }) => Value === undefined || held[Key] === Value).map(
            ({ Key = '' }) => Key,
          )
        : Object.keys(held)
      if (call.table('tags').has(arnOf(call, id))) dropTags(call, arnOf(call, id), doomed)
    }
    return {}
  },

  DescribeTags: ({ Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const rows = call
      .table<TagMap>('tags')
      .entries()
      .flatMap(([arn, tags]) => {
        const id = arn.split('/').at(-1) ?? ''
        return Object.entries(tags).map(([key, value]) => ({ id, type: typeOfId(id), key, value }))
      })
    const fields = {
      key: (row: (typeof rows)[number]) => [row.key],
      'resource-id': (row: (typeof rows)[number]) => [row.id],
      'resource-type': (row: (typeof rows)[number]) => [row.type],
      value: (row: (typeof rows)[number]) => [row.value],
    }
    const found = filtered(rows, Filters, fields, ({ key, value }) => ({ [key]: value }))
    const { items, next } = page(found, ({ id, key }) => `${id} ${key}`, {
      token: NextToken,
      size: MaxResults ?? 1000,
    })
    return {
      Tags: items.map(({ id, type, key, value }) => ({
        ResourceId: id,
        ResourceType: type as EC2.ResourceType,
        Key: key,
        Value: value,
      })),
      NextToken: next,
    }
  },
} satisfies Service<typeof EC2>

/** Throws the "does not exist" of the id's own kind. */
const demandThing = (call: Call, id: string): void => {
  const type = typeOfId(id)
  if (type === 'security-group') securityGroupOf(call, id)
  else if (type === 'vpc') vpcOf(call, id)
  else if (type === 'subnet') subnetOf(call, id)
  else {
    const there =
      ruleTable(call).has(id) ||
      gatewayTable(call).has(id) ||
      routeTableTable(call).has(id) ||
      liveInterfaces(call).some(row => row.id === id)
    if (!there) throw new AwsError('InvalidID', `The ID '${id}' is not valid`)
  }
}
