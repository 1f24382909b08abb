import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { isAwsError } from '../../awsError.ts'
import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import { NO_ORIGIN, type Origin, originOf } from './version.ts'

/** What was written beside a version; a version that is gone by now has no origin. */
export const readOrigin = async (
  aws: Aws,
  { bucket, key }: Backend['database'],
  id: string,
): Promise<Origin> => {
  try {
    const { Metadata } = await aws
      .client(S3Client)
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: id }))
    return originOf(Metadata)
  } catch (error) {
    if (isAwsError(error, 'NotFound', 'NoSuchVersion', 'NoSuchKey')) return NO_ORIGIN
    throw error
  }
}
