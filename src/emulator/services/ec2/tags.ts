import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { AwsError, type Call } from '../../service.ts'
import { type TagMap, tagList, tagMap, tagsOf } from '../../tags.ts'

const TYPES: Readonly<Record<string, string>> = {
  eni: 'network-interface',
  igw: 'internet-gateway',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
}

/** `sg-0…` → `security-group`; throws InvalidID for a prefix that names nothing here. */
export const typeOfId = (id: string): string => {
  const type = TYPES[id.split('-')[0] ?? '']
  if (type === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`)
  return type
}

export const arnOf = (call: Call, id: string): string =>
  `arn:aws:ec2:${call.region}:${call.account}:${typeOfId(id)}/${id}`

export const tagsOfId = (call: Call, id: string): TagMap => tagsOf(call, arnOf(call, id))

export const tagListOf = (call: Call, id: string): { Key: string; Value: string }[] =>
  tagList(tagsOfId(call, id))

/** EC2 takes any text in a tag, unlike most services. */
export const checkedTags = (list: readonly Tag[] | undefined, held: TagMap = {}): TagMap => {
  const tags = tagMap(list)
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 127)
      throw new AwsError('InvalidParameterValue', 'Tag key exceeds the maximum length of 127 characters')
    if (value.length > 255)
      throw new AwsError('InvalidParameterValue', 'Tag value exceeds the maximum length of 255 characters')
    if (key.toLowerCase().startsWith('aws:'))
      throw new AwsError(
        'InvalidParameterValue',
        `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      )
  }
  if (Object.keys({ ...held, ...tags }).length > 50)
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.')
  return tags
}

/** The tags a create call asks for the one type of thing it makes. */
export const specifiedTags = (
  specifications: readonly TagSpecification[] | undefined,
  type: string,
): TagMap => {
  const other = specifications?.find(({ ResourceType }) => ResourceType !== type)
  if (other)
    throw new AwsError(
      'InvalidParameterValue',
      `'${other.ResourceType}' is not a valid taggable resource type for this operation.`,
    )
  return checkedTags(specifications?.flatMap(({ Tags }) => Tags ?? []))
}
