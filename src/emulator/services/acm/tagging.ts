import type * as ACM from '@aws-sdk/client-acm'
import { AwsError, type Service } from '../../service.ts'
import { dropTags, putTags, type TagList, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { certificateKnown } from './state.ts'

export const taggingOperations = {
  AddTagsToCertificate: (input, call) => {
    const { arn } = certificateKnown(input.CertificateArn, call)
    putTags(call, arn, checkedTags(input.Tags, tagsOf(call, arn)))
    return {}
  },

  /** A tag named with a value goes only if it has that value. */
  RemoveTagsFromCertificate: (input, call) => {
    const { arn } = certificateKnown(input.CertificateArn, call)
    const held = tagsOf(call, arn)
    const keys = (input.Tags ?? [])
      .filter(({ Key = '', Value }) => Value === undefined || held[Key] === Value)
      .map(({ Key = '' }) => Key)
    dropTags(call, arn, keys)
    return {}
  },

  ListTagsForCertificate: (input, call) => {
    const { arn } = certificateKnown(input.CertificateArn, call)
    return { Tags: tagList(tagsOf(call, arn)) }
  },
} satisfies Service<typeof ACM>

/** Throws InvalidTagException. */
export const checkedTags = (
  list: TagList | undefined,
  held: Record<string, string> = {},
): Record<string, string> => {
  const tags = tagMap(list)
  const fault = tagFault(tags, held)
  if (fault !== undefined) throw new AwsError('InvalidTagException', fault, { status: 400 })
  return tags
}
