import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import type { Policy } from '../policy.ts'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { nameInArn } from './kit/arn.ts'
import { bucketSettings } from './kit/bucketSettings.ts'
import { byJson } from './kit/byJson.ts'
import { canonicalPolicy } from './kit/canonicalPolicy.ts'
import { emptyBucket } from './kit/emptyBucket.ts'
import { type LifecycleRule, rulesForS3 } from './kit/lifecycleRules.ts'
import { retagged } from './kit/ownMark.ts'
import { prices } from './kit/prices.ts'
import { tagPairs } from './kit/tags.ts'

export type { LifecycleRule } from './kit/lifecycleRules.ts'

/** name: the bucket's. A versioned bucket holds data. */
export interface BucketProps {
  region: string
  versioning: boolean
  encryption: { algorithm: ServerSideEncryption | 'none' }
  publicAccess: 'blocked' | 'open'
  ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  policy: Policy | null
  lifecycle: LifecycleRule[]
}

export interface BucketOut extends Outputs {
  name: string
  arn: string
  /** `<bucket>.s3.<region>.amazonaws.com` */
  domain: string
}

const GONE = 'NoSuchBucket'

const blockAll = (blocked: boolean): PublicAccessBlockConfiguration => ({
  BlockPublicAcls: blocked,
  IgnorePublicAcls: blocked,
  BlockPublicPolicy: blocked,
  RestrictPublicBuckets: blocked,
})

const normal = (props: BucketProps): BucketProps => ({
  ...props,
  policy: props.policy === null ? null : canonicalPolicy(props.policy),
  lifecycle: byJson(props.lifecycle),
})

const domainOf = (aws: Aws, name: string): string =>
  `${name}.s3.${aws.region}.amazonaws.com${aws.partition === 'aws-cn' ? '.cn' : ''}`

export const bucket: Provisioner<BucketProps, BucketOut> = {
  kind: 'bucket',
  // No dots: they do not go with the wildcard certificate of S3.
  naming: { max: 63, allow: /^(?!xn--|sthree-)[a-z0-9][a-z0-9-]+[a-z0-9]$(?<!-s3alias)/ },
  permissions: {
    read: [
      's3:GetBucketTagging',
      's3:GetBucketVersioning',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketOwnershipControls',
      's3:GetEncryptionConfiguration',
      's3:GetBucketPolicy',
      's3:GetLifecycleConfiguration',
      's3:ListBucket',
    ],
    write: [
      's3:CreateBucket',
      's3:TagResource',
      's3:PutBucketTagging',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPolicy',
      's3:DeleteBucketPolicy',
      's3:PutLifecycleConfiguration',
    ],
    remove: [
      's3:ListBucketVersions',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:ListBucketMultipartUploads',
      's3:AbortMultipartUpload',
      's3:DeleteBucket',
    ],
  },
  holdsData: live => live.props.versioning,
  settles: { usuallySeconds: 2, atMostSeconds: 300 },
  // A running task would refill it, and so would a deploy.
  removeAfter: ['cluster', 'bucketContents'],
  hunt: { arn: nameInArn('s3', '') },
  normal,

  async read(aws, name) {
    const settings = await bucketSettings(aws.client(S3Client), name)
    if (settings === undefined) return undefined
    const { tags, ...parts } = settings
    return {
      props: normal({ region: aws.region, ...parts }),
      out: { name, arn: `arn:${aws.partition}:s3:::${name}`, domain: domainOf(aws, name) },
      tags,
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws.client(S3Client).send(
      new CreateBucketCommand({
        Bucket: name,
        ObjectOwnership: want.ownership,
        CreateBucketConfiguration: {
          // us-east-1 is not a location constraint; S3 refuses it by name.
          ...(want.region === 'us-east-1' ? {} : { LocationConstraint: want.region as 'eu-west-1' }),
          Tags: tagPairs(tags),
        },
      }),
    ),

  change: {
    region: 'fixed',
    versioning: (aws, { out }, want) =>
      aws.client(S3Client).send(
        new PutBucketVersioningCommand({
          Bucket: out.name,
          VersioningConfiguration: { Status: want.versioning ? 'Enabled' : 'Suspended' },
        }),
      ),
    encryption: (aws, { out }, { encryption }) =>
      aws.client(S3Client).send(
        new PutBucketEncryptionCommand({
          Bucket: out.name,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: {
                  SSEAlgorithm: encryption.algorithm as ServerSideEncryption,
                },
              },
            ],
          },
        }),
      ),
    publicAccess: (aws, { out }, want) =>
      aws.client(S3Client).send(
        new PutPublicAccessBlockCommand({
          Bucket: out.name,
          PublicAccessBlockConfiguration: blockAll(want.publicAccess === 'blocked'),
        }),
      ),
    ownership: (aws, { out }, want) =>
      aws.client(S3Client).send(
        new PutBucketOwnershipControlsCommand({
          Bucket: out.name,
          OwnershipControls: { Rules: [{ ObjectOwnership: want.ownership }] },
        }),
      ),
    async policy(aws, { out }, { policy }) {
      const s3 = aws.client(S3Client)
      const of = { Bucket: out.name }
      if (policy === null) await s3.send(new DeleteBucketPolicyCommand(of))
      else await s3.send(new PutBucketPolicyCommand({ ...of, Policy: JSON.stringify(policy) }))
    },
    async lifecycle(aws, { out }, { lifecycle }) {
      const s3 = aws.client(S3Client)
      const of = { Bucket: out.name }
      const LifecycleConfiguration = { Rules: rulesForS3(lifecycle) }
      if (lifecycle.length === 0) await s3.send(new DeleteBucketLifecycleCommand(of))
      else await s3.send(new PutBucketLifecycleConfigurationCommand({ ...of, LifecycleConfiguration }))
    },
  },

  /** S3 replaces the whole set: what others put there goes along. */
  retag: (aws, live, put, drop) =>
    aws.client(S3Client).send(
      new PutBucketTaggingCommand({
        Bucket: live.out.name,
        Tagging: { TagSet: tagPairs(retagged(live.tags, put, drop)) },
      }),
    ),

  async remove(aws, { out }) {
    const s3 = aws.client(S3Client)
    await absentIf(emptyBucket(s3, out.name), GONE)
    await absentIf(s3.send(new DeleteBucketCommand({ Bucket: out.name })), GONE)
  },

  price: () => [
    { item: 'bucket storage', unit: 'GB-month', usd: prices.s3GbMonth },
    { item: 'bucket writes', unit: 'million requests', usd: prices.s3MillionWrites },
    { item: 'bucket reads', unit: 'million requests', usd: prices.s3MillionReads },
  ],
}
