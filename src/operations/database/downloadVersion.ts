import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { isAwsError } from '../../awsError.ts'
import { UserError } from '../../errors.ts'
import type { Backend, Doors } from '../backend.ts'
import { type Origin, originOf, type Version } from './version.ts'

export interface Downloaded {
  readonly sha256: string
  readonly origin: Origin
}

/**
 * Streams a version into a new file at `path`, which must not exist. Throws UserError when the version is gone or what
 * came is not what was stored.
 */
export const downloadVersion = async (
  { aws, signal }: Pick<Doors, 'aws' | 'signal'>,
  { bucket, key }: Backend['database'],
  { id, bytes }: Version,
  path: string,
): Promise<Downloaded> => {
  const { Body, Metadata } = await aws
    .client(S3Client)
    .send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: id }), { abortSignal: signal })
    .catch(error => {
      if (isAwsError(error, 'NoSuchVersion', 'NoSuchKey'))
        throw new UserError(`Version ${id} is gone by now.`, 'See what is left: storyarch db versions')
      throw error
    })
  const hash = createHash('sha256')
  let count = 0
  await pipeline(
    Body as Readable,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        count += chunk.length
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    { signal },
  )
  const sha256 = hash.digest('hex')
  const origin = originOf(Metadata)
  if (count !== bytes || (origin.sha256 !== null && origin.sha256 !== sha256))
    throw new UserError(
      `Version ${id} came damaged: ${count} of ${bytes} bytes, sha256 ${sha256}${origin.sha256 === null ? '' : ` in place of ${origin.sha256}`}.`,
      'Run the same command again; if it stays so, choose another version: storyarch db versions',
    )
  return { sha256, origin }
}
