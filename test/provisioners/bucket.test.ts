import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { NotYet, UserError } from '../../src/errors.ts'
import { bucket } from '../../src/provisioners/bucket.ts'
import { emptyBucket } from '../../src/provisioners/kit/emptyBucket.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { bucketSample } from './samples/bucket.ts'

const denying = async (operations: RegExp) => {
  const emulator = await freshAws(({ operation }) =>
    operations.test(operation) ? new AwsError('AccessDenied', 'Access Denied', { status: 403 }) : undefined,
  )
  const { session } = openWorld(emulator.endpoint, 'us-east-1')
  const { name, props } = await bucketSample.prepare(session)
  await bucket.create(session, name, props, {}, making())
  return {
    read: () => bucket.read(session, name),
    close: async () => {
      session.close()
      await emulator.close()
    },
  }
}

test('a bucket of another account is named to the user', async () => {
  const { read, close } = await denying(/^(Get|Head)/)
  await expect(read()).rejects.toThrow(UserError)
  await expect(read()).rejects.toThrow(/contract-test-sample .* another account/)
  await close()
})

test.each(['PermanentRedirect', 'IllegalLocationConstraintException'])(
  'a bucket of another region, which S3 tells by %s, is named to the user',
  async code => {
    const emulator = await freshAws(({ operation }) =>
      operation.startsWith('Get')
        ? new AwsError(code, 'The location is incompatible', { status: 400 })
        : undefined,
    )
    const { session } = openWorld(emulator.endpoint, 'us-east-1')
    await expect(bucket.read(session, 'far-away')).rejects.toThrow(/Bucket far-away exists in another region/)
    session.close()
    await emulator.close()
  },
)

test('one missing right is told as AWS tells it, and is never taken for absence', async () => {
  const { read, close } = await denying(/^GetBucketPolicy$/)
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' })
  await close()
})

test(
  'more versions, markers and uploads than a page holds are all cleared away',
  () =>
    onFreshAws(async aws => {
      const s3 = aws.client(S3Client)
      const { name: Bucket, props } = await bucketSample.prepare(aws)
      await bucket.create(aws, Bucket, props, {}, making())
      const VersioningConfiguration = { Status: 'Enabled' as const }
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
      const keys = Array.from({ length: 700 }, (_, index) => `objects/${index} +%20?&ü`)
      const workers = Array.from({ length: 10 }, async (_, worker) => {
        for (const Key of keys.filter((_key, index) => index % 10 === worker)) {
          await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
          await s3.send(new DeleteObjectCommand({ Bucket, Key }))
        }
      })
      await Promise.all(workers)
      await s3.send(new PutObjectCommand({ Bucket, Key: 'odd\u0001key', Body: 'beyond XML' }))
      await bucketSample.fill?.(aws, Bucket)
      const live = await bucket.read(aws, Bucket)
      if (live === undefined) throw new Error('the bucket is not there')
      await bucket.remove(aws, live)
      expect(await bucket.read(aws, Bucket)).toBeUndefined()
    }),
  60_000,
)

const answeringDeletes = (Errors: { Key: string }[]): S3Client =>
  ({
    send: async (command: object) =>
      command.constructor.name === 'ListObjectVersionsCommand'
        ? { Versions: Errors.map(({ Key }) => ({ Key, VersionId: '1' })) }
        : command.constructor.name === 'DeleteObjectsCommand'
          ? { Errors }
          : {},
  }) as unknown as S3Client

const refused = { Key: 'locked', Code: 'AccessDenied', Message: 'retention' }
const failed = { Key: 'busy', Code: 'InternalError', Message: 'We encountered an internal error.' }

test('an object that S3 refuses to delete is an error, although S3 answers 200', async () => {
  await expect(emptyBucket(answeringDeletes([failed, refused]), 'kept')).rejects.toThrow(
    /2 of 2 objects of kept, such as locked: AccessDenied/,
  )
})

test('an object that S3 fails to delete at the moment is tried again', async () => {
  await expect(emptyBucket(answeringDeletes([failed]), 'kept')).rejects.toThrow(NotYet)
})
