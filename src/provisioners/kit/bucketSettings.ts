import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3'
import { isAwsError } from '../../awsError.ts'
import { UserError } from '../../errors.ts'
import { absentIf } from './absentIf.ts'
import { canonicalPolicy } from './canonicalPolicy.ts'
import { rulesFromS3 } from './lifecycleRules.ts'
import { tagsFrom } from './tags.ts'

const GONE = 'NoSuchBucket'

/** What S3 answers for a bucket of another region: the last one where either of the two regions must be opted into. */
const ELSEWHERE = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']

/**
 * Everything we manage on a bucket; undefined when there is no such bucket. S3 answers an error where nothing was
 * ever configured. Throws UserError when the bucket is somebody else's or stands in another region.
 */
export const bucketSettings = async (s3: S3Client, name: string) => {
  const of = { Bucket: name }
  try {
    const [versioning, tags, access, ownership, encryption, policy, lifecycle] = await Promise.all([
      absentIf(s3.send(new GetBucketVersioningCommand(of)), GONE),
      absentIf(s3.send(new GetBucketTaggingCommand(of)), GONE, 'NoSuchTagSet'),
      absentIf(s3.send(new GetPublicAccessBlockCommand(of)), GONE, 'NoSuchPublicAccessBlockConfiguration'),
      absentIf(s3.send(new GetBucketOwnershipControlsCommand(of)), GONE, 'OwnershipControlsNotFoundError'),
      absentIf(
        s3.send(new GetBucketEncryptionCommand(of)),
        GONE,
        'ServerSideEncryptionConfigurationNotFoundError',
      ),
      absentIf(s3.send(new GetBucketPolicyCommand(of)), GONE, 'NoSuchBucketPolicy'),
      absentIf(s3.send(new GetBucketLifecycleConfigurationCommand(of)), GONE, 'NoSuchLifecycleConfiguration'),
    ])
    if (versioning === undefined) return undefined
    const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? []
    return {
      versioning: versioning.Status === 'Enabled',
      encryption: { algorithm: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'none' } as const,
      publicAccess: allBlocked(access?.PublicAccessBlockConfiguration) ? 'blocked' : 'open',
      ownership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'ObjectWriter',
      policy: policy?.Policy === undefined ? null : canonicalPolicy(policy.Policy),
      lifecycle: lifecycle === undefined ? [] : rulesFromS3(lifecycle),
      tags: tagsFrom(tags?.TagSet),
    } as const
  } catch (error) {
    throw await explained(s3, name, error)
  }
}

const allBlocked = (block: PublicAccessBlockConfiguration = {}): boolean =>
  block.BlockPublicAcls === true &&
  block.IgnorePublicAcls === true &&
  block.BlockPublicPolicy === true &&
  block.RestrictPublicBuckets === true

/** Closed altogether: somebody else's bucket. Closed in one respect: our own rights fall short, and AWS says which. */
const explained = async (s3: S3Client, name: string, error: unknown): Promise<unknown> => {
  if (isAwsError(error, ...ELSEWHERE))
    return new UserError(
      `Bucket ${name} exists in another region.`,
      'Give `region:` that region, or choose another bucket name.',
      { cause: error },
    )
  if (!isAwsError(error, 'AccessDenied')) return error
  const status = await s3.send(new HeadBucketCommand({ Bucket: name })).then(
    () => 200,
    (head: { $metadata?: { httpStatusCode?: number } }) => head.$metadata?.httpStatusCode,
  )
  if (status !== 403) return error
  return new UserError(
    `Bucket ${name} exists and is closed to these credentials: it belongs to another account, or its policy shuts you out.`,
    'Choose another bucket name in the manifest (names are shared by all of AWS), or use credentials that may read it.',
    { cause: error },
  )
}
