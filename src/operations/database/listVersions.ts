import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { isAwsError } from '../../awsError.ts'
import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import { noStack } from '../readLife.ts'
import type { DeleteMarker, Version, Versions } from './version.ts'

/** Every version and delete marker of the database. Throws UserError when its bucket is not there. */
export const listVersions = async (
  aws: Aws,
  { bucket, key }: Backend['database'],
  stack: string,
): Promise<Versions> => {
  const versions: Version[] = []
  const deleteMarkers: DeleteMarker[] = []
  let next: { KeyMarker?: string; VersionIdMarker?: string } | null = {}
  while (next !== null) {
    const page: ListObjectVersionsCommandOutput = await aws
      .client(S3Client)
      .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...next }))
      .catch(error => {
        throw isAwsError(error, 'NoSuchBucket') ? noStack(stack, `database bucket ${bucket}`, error) : error
      })
    for (const { Key, VersionId = 'null', LastModified, Size = 0, ETag = '', IsLatest } of page.Versions ??
      [])
      if (Key === key)
        versions.push({
          id: VersionId,
          atMs: LastModified?.getTime() ?? 0,
          bytes: Size,
          etag: ETag,
          isCurrent: IsLatest === true,
        })
    for (const { Key, VersionId = 'null', LastModified, IsLatest } of page.DeleteMarkers ?? [])
      if (Key === key)
        deleteMarkers.push({
          id: VersionId,
          atMs: LastModified?.getTime() ?? 0,
          isCurrent: IsLatest === true,
        })
    next = following(page)
  }
  return { current: versions.find(({ isCurrent }) => isCurrent) ?? null, versions, deleteMarkers }
}

const following = ({
  IsTruncated,
  NextKeyMarker,
  NextVersionIdMarker,
}: ListObjectVersionsCommandOutput): { KeyMarker?: string; VersionIdMarker?: string } | null =>
  IsTruncated === true && NextKeyMarker !== undefined
    ? {
        KeyMarker: NextKeyMarker,
        ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
      }
    : null
