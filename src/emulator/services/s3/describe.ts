import { AwsError } from '../../service.ts'
import { tagFault } from '../../tags.ts'
import { notImplemented } from './errors.ts'
import type { Bucket, Description, HeaderName } from './state.ts'

/** What PutObject, CopyObject and CreateMultipartUpload may say about an object. */
export type Described = { [Name in HeaderName]?: string | undefined } & {
  ACL?: string | undefined
  Expires?: Date | undefined
  Metadata?: Record<string, string> | undefined
  ServerSideEncryption?: string | undefined
  SSECustomerAlgorithm?: string | undefined
  StorageClass?: string | undefined
  Tagging?: string | undefined
  ObjectLockMode?: string | undefined
}

export const HEADERS: readonly HeaderName[] = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'WebsiteRedirectLocation',
]

const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]

/** Throws for what S3 refuses, and 501 for what exists only in AWS: KMS and customer keys, object lock. */
export const describe = (input: Described, bucket: Bucket): Description => {
  if (input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control' && aclsAreOff(bucket))
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', { status: 400 })
  if (input.SSECustomerAlgorithm !== undefined) throw notImplemented('x-amz-server-side-encryption-customer')
  if (input.ServerSideEncryption?.startsWith('aws:') === true) throw notImplemented('SSE-KMS')
  if (input.ObjectLockMode !== undefined) throw notImplemented('x-amz-object-lock-mode')
  const storageClass = input.StorageClass ?? 'STANDARD'
  if (!STORAGE_CLASSES.includes(storageClass))
    throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', { status: 400 })
  const metadata = input.Metadata ?? {}
  const metadataBytes = Buffer.byteLength(Object.entries(metadata).flat().join(''))
  if (metadataBytes > 2048)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      status: 400,
    })
  return {
    headers: headersOf(input),
    expires: input.Expires?.getTime() ?? null,
    metadata,
    storageClass,
    tags: tagsFromQuery(input.Tagging),
  }
}

const aclsAreOff = (bucket: Bucket): boolean => bucket.ownership === 'BucketOwnerEnforced'

/** `aws-chunked` is how the bytes travelled, not what they are. */
const headersOf = (input: Described): Description['headers'] => {
  const encoding = input.ContentEncoding?.split(',')
    .map(coding => coding.trim())
    .filter(coding => coding !== 'aws-chunked' && coding !== '')
    .join(',')
  return {
    ...Object.fromEntries(HEADERS.flatMap(name => (input[name] === undefined ? [] : [[name, input[name]]]))),
    ContentEncoding: encoding === '' ? undefined : encoding,
    ContentType: input.ContentType ?? 'binary/octet-stream',
  }
}

/** The `x-amz-tagging` header: tags written as a query. */
const tagsFromQuery = (query: string | undefined): Record<string, string> => {
  const pairs = [...new URLSearchParams(query ?? '')]
  return checkObjectTags(pairs)
}

/** At most ten, keys unique, characters allowed. */
export const checkObjectTags = (pairs: readonly (readonly [string, string])[]): Record<string, string> => {
  const tags = Object.fromEntries(pairs)
  if (pairs.length > 10)
    throw new AwsError('BadRequest', 'Object tags cannot be greater than 10', { status: 400 })
  if (Object.keys(tags).length < pairs.length)
    throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key', { status: 400 })
  const fault = tagFault(tags)
  if (fault !== undefined) throw new AwsError('InvalidTag', fault, { status: 400 })
  return tags
}
