import type * as S3 from '@aws-sdk/client-s3'
import type { Call, Service } from '../../service.ts'
import { tagList } from '../../tags.ts'
import { checkObjectTags } from './describe.ts'
import { type Aimed, type Bucket, bucketAt, objects, type Version } from './state.ts'
import { checkKey, pick, shownId } from './versions.ts'

export const objectTaggingOperations = {
  GetObjectTagging: (input, call) => {
    const bucket = bucketAt(input, call)
    const version = pick(call, bucket, checkKey(input.Key), input.VersionId)
    return { VersionId: shownId(bucket, version), TagSet: tagList(version.content.tags) }
  },

  PutObjectTagging: (input, call) => {
    const tags = checkObjectTags(
      (input.Tagging?.TagSet ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const),
    )
    const { bucket, version } = retag(input, call, tags)
    return { VersionId: shownId(bucket, version) }
  },

  DeleteObjectTagging: (input, call) => {
    const { bucket, version } = retag(input, call, {})
    return { VersionId: shownId(bucket, version) }
  },
} satisfies Service<typeof S3>

const retag = (
  input: Aimed & { Key: string | undefined; VersionId?: string | undefined },
  call: Call,
  tags: Record<string, string>,
): { bucket: Bucket; version: Version } => {
  const bucket = bucketAt(input, call)
  const key = checkKey(input.Key)
  const version = pick(call, bucket, key, input.VersionId)
  const table = objects(call, bucket)
  const tagged = { ...version, content: { ...version.content, tags } }
  table.set(
    key,
    (table.get(key) ?? []).map(held => (held.id === version.id ? tagged : held)),
  )
  return { bucket, version }
}
