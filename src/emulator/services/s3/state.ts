import type {
  BucketVersioningStatus,
  CORSRule,
  LifecycleRule,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import { AwsError, type Call, type Table } from '../../service.ts'
import type { Algorithm } from './checksums.ts'

/** A bucket and all its sub-resources; null where nobody has put one. */
export interface Bucket {
  name: string
  region: string
  createdAt: number
  versioning: BucketVersioningStatus | null
  publicAccess: PublicAccess | null
  ownership: string | null
  encryption: ServerSideEncryptionRule[]
  policy: string | null
  /** Dates inside are ISO strings: a table holds JSON. */
  lifecycle: LifecycleRule[] | null
  cors: CORSRule[] | null
}

export interface PublicAccess {
  BlockPublicAcls: boolean
  IgnorePublicAcls: boolean
  BlockPublicPolicy: boolean
  RestrictPublicBuckets: boolean
}

/** One stored run of bytes; a multipart object is several. */
export interface Part {
  number: number
  blob: string
  size: number
  md5: string
  checksum: string
  at: number
}

export interface Checksum {
  algorithm: Algorithm
  type: 'COMPOSITE' | 'FULL_OBJECT'
  value: string
}

/** What a client says about an object beside its bytes. `Expires`: epoch milliseconds. */
export interface Description {
  headers: { [Name in HeaderName]?: string | undefined }
  expires: number | null
  metadata: Record<string, string>
  storageClass: string
  tags: Record<string, string>
}

export type HeaderName =
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentType'
  | 'WebsiteRedirectLocation'

export interface Content extends Description {
  etag: string
  size: number
  parts: Part[]
  /** Parts that `PartNumber` may name; null: the object was put in one piece. */
  partsCount: number | null
  checksum: Checksum
  encryption: string
}

/** `content` is null for a delete marker. `id` is `null` (the word) for objects put without versioning. */
export interface Version {
  id: string
  /** Epoch milliseconds, whole seconds as S3 keeps them. */
  at: number
  content: Content | null
}

export interface Upload extends Description {
  id: string
  key: string
  at: number
  algorithm: Algorithm
  checksumType: Checksum['type']
  encryption: string
  /** The client named the algorithm and must give every part's checksum at the end. */
  strict: boolean
}

/** Bucket names are global: every region looks into one table. */
export const buckets = (call: Call): Table<Bucket> =>
  call.table('buckets', { service: 's3', region: 'us-east-1' })

/** Key to versions, newest first. */
export const objects = (call: Call, bucket: Bucket): Table<Version[]> =>
  call.table(`objects/${bucket.name}`, { service: 's3', region: bucket.region })

export const uploads = (call: Call, bucket: Bucket): Table<Upload> =>
  call.table(`uploads/${bucket.name}`, { service: 's3', region: bucket.region })

/** Parts of one upload, by number. */
export const partsOf = (call: Call, bucket: Bucket, uploadId: string): Table<Part> =>
  call.table(`parts/${uploadId}`, { service: 's3', region: bucket.region })

export const bucketArn = (bucket: { name: string }): string => `arn:aws:s3:::${bucket.name}`

/** The canonical user id of the account. */
export const ownerOf = (call: Call): { ID: string } => ({ ID: call.account.padStart(64, '0') })

/** What the operations on a bucket have in common. */
export interface Aimed {
  Bucket: string | undefined
  ExpectedBucketOwner?: string | undefined
}

/** A bucket of any region. Throws NoSuchBucket. */
export const bucketNamed = (name: string | undefined, call: Call): Bucket => {
  const bucket = buckets(call).get(name ?? '')
  if (bucket) return bucket
  throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
    status: 404,
    fields: { BucketName: name },
  })
}

/** Throws NoSuchBucket, PermanentRedirect (the request was sent to another region) and AccessDenied (another owner). */
export const bucketAt = (input: Aimed, call: Call): Bucket => {
  const bucket = bucketNamed(input.Bucket, call)
  if (bucket.region !== call.region)
    throw new AwsError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      {
        status: 301,
        fields: {
          Bucket: bucket.name,
          Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`,
          Region: bucket.region,
        },
      },
    )
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== call.account)
    throw new AwsError('AccessDenied', 'Access Denied', { status: 403 })
  return bucket
}

/** S3 keeps times in whole seconds. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000
