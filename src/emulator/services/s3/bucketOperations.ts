import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagFault, tagMap } from '../../tags.ts'
import { checkLocation, checkName } from './bucketRules.ts'
import {
  type Bucket,
  bucketArn,
  bucketAt,
  bucketNamed,
  buckets,
  objects,
  ownerOf,
  uploads,
  wholeSecond,
} from './state.ts'

/** How long a deleted bucket's name stays busy. */
const SETTLING_MS = 2_000

export const bucketOperations = {
  CreateBucket: (input, call) => {
    const name = checkName(input.Bucket)
    checkLocation(input.CreateBucketConfiguration?.LocationConstraint, call.region)
    const tags = tagMap(input.CreateBucketConfiguration?.Tags)
    const fault = tagFault(tags)
    if (fault !== undefined) throw new AwsError('InvalidTag', fault, { status: 400 })
    const created = { Location: locationOf(name, call), BucketArn: bucketArn({ name }) }
    const held = buckets(call).get(name)
    // Only there does S3 answer a repeated create as if it had been the first.
    if (held && held.region === 'us-east-1' && call.region === 'us-east-1') return created
    if (held)
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { status: 409, fields: { BucketName: name } },
      )
    checkSettled(name, call)
    const bucket = freshBucket(name, call, input.ObjectOwnership)
    buckets(call).set(name, bucket)
    putTags(call, bucketArn(bucket), tags)
    return created
  },

  HeadBucket: (input, call) => {
    const bucket = bucketAt(input, call)
    return { BucketArn: bucketArn(bucket), BucketRegion: bucket.region, AccessPointAlias: false }
  },

  DeleteBucket: (input, call) => {
    const bucket = bucketAt(input, call)
    if (objects(call, bucket).entries().length > 0 || uploads(call, bucket).entries().length > 0)
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
        status: 409,
        fields: { BucketName: bucket.name },
      })
    buckets(call).delete(bucket.name)
    forgetTags(call, bucketArn(bucket))
    settling(call).set(bucket.name, call.now + call.delay(SETTLING_MS))
    return {}
  },

  ListBuckets: (input, call) => {
    const { Prefix = '', ContinuationToken = '', MaxBuckets = 10_000 } = input
    const all = buckets(call)
      .values()
      .filter(({ name, region }) => name.startsWith(Prefix) && (input.BucketRegion ?? region) === region)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter(({ name }) => name > Buffer.from(ContinuationToken, 'base64').toString())
    const shown = all.slice(0, MaxBuckets)
    const last = shown.at(-1)
    return {
      Owner: ownerOf(call),
      Prefix: input.Prefix,
      ContinuationToken:
        last && all.length > shown.length ? Buffer.from(last.name).toString('base64') : undefined,
      Buckets: shown.map(bucket => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdAt),
        BucketRegion: bucket.region,
        BucketArn: bucketArn(bucket),
      })),
    }
  },

  /** Any region may ask: that is how a client finds out where to go. */
  GetBucketLocation: (input, call) => {
    const bucket = bucketNamed(input.Bucket, call)
    return {
      LocationConstraint:
        bucket.region === 'us-east-1' ? undefined : (bucket.region as S3.BucketLocationConstraint),
    }
  },
} satisfies Service<typeof S3>

const settling = (call: Call) => call.table<number>('deletedBuckets', { service: 's3', region: 'us-east-1' })

const checkSettled = (name: string, call: Call): void => {
  if ((settling(call).get(name) ?? 0) > call.now)
    throw new AwsError(
      'OperationAborted',
      'A conflicting conditional operation is currently in progress against this resource. Please try again.',
      { status: 409 },
    )
  settling(call).delete(name)
}

/** Since April 2023 a new bucket is private and without ACLs; since 2023 it encrypts, since 2026 it refuses SSE-C. */
const freshBucket = (name: string, call: Call, ownership: string | undefined): Bucket => ({
  name,
  region: call.region,
  createdAt: wholeSecond(call.now),
  versioning: null,
  publicAccess: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  ownership: ownership ?? 'BucketOwnerEnforced',
  encryption: defaultEncryption(),
  policy: null,
  lifecycle: null,
  cors: null,
})

export const defaultEncryption = (): Bucket['encryption'] => [
  {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BucketKeyEnabled: false,
    BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
  },
]

const locationOf = (name: string, call: Call): string =>
  call.region === 'us-east-1' ? `/${name}` : `${call.endpoint}/${name}`
