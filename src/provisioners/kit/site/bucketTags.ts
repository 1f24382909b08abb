import { GetBucketTaggingCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { isAwsError } from '../../../awsError.ts'
import type { Aws, Tags } from '../../../resource.ts'
import { absentIf } from '../absentIf.ts'
import { ARTIFACT } from '../artifactTag.ts'
import { tagPairs, tagsFrom } from '../tags.ts'
import { type SiteNote, siteTag } from './siteNote.ts'

/** Undefined when there is no such bucket. */
export const bucketTags = async (aws: Aws, Bucket: string): Promise<Tags | undefined> => {
  const answer = aws.client(S3Client).send(new GetBucketTaggingCommand({ Bucket }))
  const found = await absentIf(
    answer.catch(error => {
      if (isAwsError(error, 'NoSuchTagSet')) return { TagSet: [] }
      throw error
    }),
    'NoSuchBucket',
  )
  return found && tagsFrom(found.TagSet)
}

/** S3 replaces the whole set, so the others are read just before. */
export const changeBucketTags = async (
  aws: Aws,
  Bucket: string,
  change: (tags: Tags) => Tags,
): Promise<void> => {
  const tags = await bucketTags(aws, Bucket)
  if (tags === undefined) return
  await aws
    .client(S3Client)
    .send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagPairs(change(tags)) } }))
}

export const writeSiteTag = (aws: Aws, bucket: string, note: SiteNote): Promise<void> =>
  changeBucketTags(aws, bucket, tags => ({ ...tags, [ARTIFACT]: siteTag(note) }))
