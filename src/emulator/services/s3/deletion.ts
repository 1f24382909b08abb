import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Call, type Service } from '../../service.ts'
import { checkWrite } from './conditions.ts'
import { malformedXml } from './errors.ts'
import { type Bucket, bucketAt, objects } from './state.ts'
import { checkKey, checkVersionId, putVersion, removeVersion } from './versions.ts'

export const deletionOperations = {
  DeleteObject: async (input, call) => {
    const bucket = bucketAt(input, call)
    const gone = await deleteOne(call, bucket, {
      key: checkKey(input.Key),
      versionId: input.VersionId,
      etag: input.IfMatch,
    })
    return { DeleteMarker: gone.marker || undefined, VersionId: gone.markerId ?? input.VersionId }
  },

  DeleteObjects: async (input, call) => {
    const bucket = bucketAt(input, call)
    const targets = input.Delete?.Objects ?? []
    if (targets.length === 0 || targets.length > 1000) throw malformedXml()
    const Deleted: S3.DeletedObject[] = []
    const Errors: S3._Error[] = []
    for (const { Key, VersionId, ETag } of targets) {
      try {
        const gone = await deleteOne(call, bucket, { key: checkKey(Key), versionId: VersionId, etag: ETag })
        Deleted.push({
          Key,
          VersionId,
          DeleteMarker: gone.marker || undefined,
          DeleteMarkerVersionId: gone.marker ? (gone.markerId ?? VersionId) : undefined,
        })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        Errors.push({ Key, VersionId, Code: error.code, Message: error.message })
      }
    }
    return { Deleted: input.Delete?.Quiet === true ? undefined : Deleted, Errors }
  },
} satisfies Service<typeof S3>

interface Gone {
  /** A delete marker was made, or one was removed. */
  marker: boolean
  /** Of the marker that was made. */
  markerId: string | undefined
}

/** Deleting what is not there is fine: S3 answers 204, and with versioning even makes a marker. */
const deleteOne = async (
  call: Call,
  bucket: Bucket,
  { key, versionId, etag }: { key: string; versionId: string | undefined; etag: string | undefined },
): Promise<Gone> => {
  const current = objects(call, bucket).get(key)?.[0]
  checkWrite({ IfMatch: etag }, current, key)
  if (versionId !== undefined) {
    checkVersionId(versionId)
    const gone = await removeVersion(call, bucket, key, versionId)
    return { marker: gone !== undefined && gone.content === null, markerId: undefined }
  }
  if (bucket.versioning === null) {
    await removeVersion(call, bucket, key, 'null')
    return { marker: false, markerId: undefined }
  }
  const marker = await putVersion(call, bucket, key, null, {})
  return { marker: true, markerId: marker.id }
}
