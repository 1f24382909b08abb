import type * as S3 from '@aws-sdk/client-s3'
import type { Service } from '../service.ts'
import { bucketOperations } from './s3/bucketOperations.ts'
import { completionOperations } from './s3/completion.ts'
import { copyOperations } from './s3/copy.ts'
import { deletionOperations } from './s3/deletion.ts'
import { listingOperations } from './s3/listings.ts'
import { multipartOperations } from './s3/multipart.ts'
import { objectOperations } from './s3/objects.ts'
import { objectTaggingOperations } from './s3/objectTagging.ts'
import { policyOperations } from './s3/policies.ts'
import { settingOperations } from './s3/settings.ts'
import { uploadListingOperations } from './s3/uploadListings.ts'
import { versionListingOperations } from './s3/versionListings.ts'

/** A real object store on disk: versions, conditions, checksums, multipart, and the settings of a bucket. */
export const s3: Service<typeof S3> = {
  ...bucketOperations,
  ...settingOperations,
  ...policyOperations,
  ...objectOperations,
  ...copyOperations,
  ...deletionOperations,
  ...objectTaggingOperations,
  ...multipartOperations,
  ...completionOperations,
  ...listingOperations,
  ...versionListingOperations,
  ...uploadListingOperations,
}
