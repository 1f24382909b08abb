import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { freshAws } from '../../acceptance/liveStack.ts'

const REGION = 'us-east-1'

/** One of the objects a test sees in the bucket. */
export interface Stored {
  readonly key: string
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
}

/** An embedded AWS of its own. `intercept` may be set by a test; it holds until the next one begins. */
export const openStage = async () => {
  const around: { intercept: Intercept } = { intercept: () => undefined }
  const aws = await freshAws((call, phase) => around.intercept(call, phase))
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  let count = 0
  return Object.assign(around, {
    /** A new bucket with an empty volume beside it. */
    scene: async (key = 'db.sqlite3') => {
      const Bucket = `database-${++count}`
      await s3.send(new CreateBucketCommand({ Bucket }))
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      )
      return sceneOf(s3, aws.endpoint, Bucket, key)
    },
    close: async () => {
      s3.destroy()
      await aws.close()
    },
  })
}

const sceneOf = (s3: S3Client, endpoint: string, Bucket: string, key: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-volume-'))
  const volume = join(folder, 'data')
  mkdirSync(volume)
  const versions = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    return [...Versions, ...DeleteMarkers]
  }
  return {
    bucket: Bucket,
    key,
    path: join(volume, 'db.sqlite3'),
    volume,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'id-of-the-key',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-key',
      AWS_SESSION_TOKEN: 'token-of-the-session',
      AWS_REGION: REGION,
      DB_S3_BUCKET: Bucket,
      DB_S3_KEY: key,
      DATABASE_PATH: join(volume, 'db.sqlite3'),
      GENERATION: '7',
    } as Record<string, string>,
    put: async (bytes: Uint8Array, options: { ContentMD5?: string } = {}) => {
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes, ...options }))
      return VersionId ?? ''
    },
    remove: () => s3.send(new DeleteObjectCommand({ Bucket, Key: key })),
    removeVersion: (VersionId: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId })),
    /** How many versions and delete markers there are of all keys. */
    versionCount: async () => (await versions()).length,
    /** The newest version of every key. */
    stored: async (): Promise<Stored[]> => {
      const current = (await versions()).filter(({ IsLatest }) => IsLatest)
      return Promise.all(
        current.map(async ({ Key = '' }) => {
          const { Body, Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket, Key }))
          return { key: Key, bytes: await buffer(Body as NodeJS.ReadableStream), metadata: Metadata }
        }),
      )
    },
    /** Puts bytes where a tool can open them as a database; answers the path. */
    onDisk: (bytes: Uint8Array): string => {
      const path = join(folder, `copy-${Math.random()}.sqlite3`)
      writeFileSync(path, bytes)
      return path
    },
    read: () => readFileSync(join(volume, 'db.sqlite3')),
    clean: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type Scene = ReturnType<typeof sceneOf>
