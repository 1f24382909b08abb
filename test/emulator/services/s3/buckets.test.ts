import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { s3 } from '../../../../src/emulator/services/s3.ts'
import { World } from '../../call.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

const us = () => world.ask(s3, 's3')
const eu = () => world.ask(s3, 's3', 'eu-west-1')
const located = (region: string) => ({
  CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
})

describe('a bucket', () => {
  test('is made in the region of its client', async () => {
    await us().CreateBucket({ Bucket: 'in-us' })
    await eu().CreateBucket({ Bucket: 'in-eu', ...located('eu-west-1') })
    expect(await us().GetBucketLocation({ Bucket: 'in-us' })).toEqual({ LocationConstraint: undefined })
    expect(await us().GetBucketLocation({ Bucket: 'in-eu' })).toEqual({ LocationConstraint: 'eu-west-1' })
    expect(await eu().HeadBucket({ Bucket: 'in-eu' })).toMatchObject({ BucketRegion: 'eu-west-1' })
    await expect(us().HeadBucket({ Bucket: 'in-eu' })).rejects.toMatchObject({
      code: 'PermanentRedirect',
      status: 301,
    })
    await expect(us().CreateBucket({ Bucket: 'x-x', ...located('us-east-1') })).rejects.toMatchObject({
      code: 'InvalidLocationConstraint',
    })
    await expect(eu().CreateBucket({ Bucket: 'x-x' })).rejects.toMatchObject({
      code: 'IllegalLocationConstraintException',
    })
  })

  test('made twice is an error everywhere but in us-east-1', async () => {
    await us().CreateBucket({ Bucket: 'twice' })
    await us().CreateBucket({ Bucket: 'twice' })
    await expect(eu().CreateBucket({ Bucket: 'twice', ...located('eu-west-1') })).rejects.toMatchObject({
      code: 'BucketAlreadyOwnedByYou',
    })
  })

  test.each(['ab', 'Upper', 'a..b', '1.2.3.4', 'xn--a', '-a-', 'a_b', 'x'.repeat(64)])(
    'cannot be called %s',
    async Bucket => {
      await expect(us().CreateBucket({ Bucket })).rejects.toMatchObject({ code: 'InvalidBucketName' })
    },
  )

  test('goes only when no version, marker or upload is left', async () => {
    const Bucket = 'full-one'
    await us().CreateBucket({ Bucket })
    await us().PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
    const { VersionId } = await us().PutObject({ Bucket, Key: 'k', Body: 'x' })
    const marker = await us().DeleteObject({ Bucket, Key: 'k' })
    const { UploadId } = await us().CreateMultipartUpload({ Bucket, Key: 'k' })
    const refused = () =>
      expect(us().DeleteBucket({ Bucket })).rejects.toMatchObject({ code: 'BucketNotEmpty' })
    await refused()
    await us().DeleteObject({ Bucket, Key: 'k', VersionId })
    await refused()
    await us().DeleteObject({ Bucket, Key: 'k', VersionId: marker.VersionId })
    await refused()
    await us().AbortMultipartUpload({ Bucket, Key: 'k', UploadId })
    await us().DeleteBucket({ Bucket })
    await expect(us().HeadBucket({ Bucket })).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 })
    await expect(us().CreateBucket({ Bucket })).rejects.toMatchObject({ code: 'OperationAborted' })
    world.advance(3)
    await us().CreateBucket({ Bucket })
    expect((await us().GetBucketVersioning({ Bucket })).Status).toBeUndefined()
  })

  test('of another owner is closed', async () => {
    await us().CreateBucket({ Bucket: 'mine' })
    await expect(
      us().HeadBucket({ Bucket: 'mine', ExpectedBucketOwner: '111111111111' }),
    ).rejects.toMatchObject({ code: 'AccessDenied', status: 403 })
  })
})

describe('the settings of a bucket', () => {
  const Bucket = 'settings'
  beforeEach(() => us().CreateBucket({ Bucket }))

  test('a new bucket is private, without ACLs, encrypted', async () => {
    expect((await us().GetPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    })
    expect((await us().GetBucketOwnershipControls({ Bucket })).OwnershipControls).toEqual({
      Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
    })
    await expect(us().PutObject({ Bucket, Key: 'k', Body: '', ACL: 'public-read' })).rejects.toMatchObject({
      code: 'AccessControlListNotSupported',
    })
    const encryption = await us().GetBucketEncryption({ Bucket })
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    })
  })

  test('what nobody put is an error of its own name', async () => {
    await us().DeletePublicAccessBlock({ Bucket })
    await us().DeleteBucketOwnershipControls({ Bucket })
    const reads = {
      NoSuchTagSet: us().GetBucketTagging({ Bucket }),
      NoSuchBucketPolicy: us().GetBucketPolicy({ Bucket }),
      NoSuchLifecycleConfiguration: us().GetBucketLifecycleConfiguration({ Bucket }),
      NoSuchCORSConfiguration: us().GetBucketCors({ Bucket }),
      NoSuchPublicAccessBlockConfiguration: us().GetPublicAccessBlock({ Bucket }),
      OwnershipControlsNotFoundError: us().GetBucketOwnershipControls({ Bucket }),
    }
    for (const [code, read] of Object.entries(reads))
      await expect(read).rejects.toMatchObject({ code, status: 404 })
  })

  test('tags put are the whole set', async () => {
    await us().PutBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } })
    await us().PutBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'b', Value: '2' }] } })
    expect((await us().GetBucketTagging({ Bucket })).TagSet).toEqual([{ Key: 'b', Value: '2' }])
    await expect(
      us().PutBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'aws:x', Value: '1' }] } }),
    ).rejects.toMatchObject({ code: 'InvalidTag' })
  })

  test('a policy comes back in the words of S3', async () => {
    const statement = {
      Effect: 'Deny',
      Principal: { AWS: ['123456789012'] },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${Bucket}/*`],
    }
    await us().PutBucketPolicy({
      Bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2),
    })
    const { Policy } = await us().GetBucketPolicy({ Bucket })
    expect(JSON.parse(Policy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: 'arn:aws:iam::123456789012:root' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    })
  })

  test.each([
    ['no JSON', 'no'],
    ['another bucket', policy({ Resource: 'arn:aws:s3:::other/*' })],
    ['another service', policy({ Action: 'ec2:*' })],
    ['nobody', policy({ Principal: { AWS: 'role' } })],
  ])('a policy about %s is malformed', async (_, Policy) => {
    await expect(us().PutBucketPolicy({ Bucket, Policy })).rejects.toMatchObject({ code: 'MalformedPolicy' })
  })

  test('a public policy is blocked, one for a distribution is not', async () => {
    await expect(us().PutBucketPolicy({ Bucket, Policy: policy({}) })).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    const service = { Service: 'cloudfront.amazonaws.com' }
    await us().PutBucketPolicy({ Bucket, Policy: policy({ Principal: service }) })
    expect((await us().GetBucketPolicyStatus({ Bucket })).PolicyStatus).toEqual({ IsPublic: false })
  })

  test('lifecycle rules get an ID and keep their dates', async () => {
    const when = new Date('2030-01-01T00:00:00Z')
    await us().PutBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Date: when } },
          { ID: 'keep', Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
        ],
      },
    })
    const { Rules } = await us().GetBucketLifecycleConfiguration({ Bucket })
    expect(Rules?.[0]).toMatchObject({ ID: expect.stringMatching(/.{40}/), Expiration: { Date: when } })
    expect(Rules?.[1]?.ID).toBe('keep')
  })

  test.each([
    [{ Status: 'Enabled', Expiration: { Days: 1 } }, 'MalformedXML'],
    [{ Status: 'Enabled', Filter: {} }, 'InvalidRequest'],
    [{ Status: 'Enabled', Filter: {}, Expiration: { Days: 0 } }, 'InvalidArgument'],
    [
      { Status: 'Enabled', Filter: {}, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } },
      'MalformedXML',
    ],
  ] as const)('the lifecycle rule %j is refused', async (rule, code) => {
    await expect(
      us().PutBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    ).rejects.toMatchObject({ code })
  })
})

function policy(part: object): string {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::settings/*',
    ...part,
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: statement })
}
