import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Headers } from '../aws/awsError.ts'
import type { BucketDoor } from '../aws/s3.ts'
import { type Measured, measure } from './digests.ts'
import { expectedSum } from './expectedSum.ts'

/** A download that lies on disk, and what it is. */
export interface Download {
  readonly headers: Headers
  readonly bytes: number
  readonly head: Buffer
  /** Hex. */
  readonly sha256: string
  /** What it was verified by beside its length; null when S3 told nothing that can be checked here. */
  readonly verifiedBy: string | null
}

/** What came is not what S3 says it holds; another attempt may fare better. */
export interface Damage {
  readonly damage: string
}

/**
 * Streams the newest version of `key` into the new file `to`, which is on disk (fsync) when this resolves. Throws what
 * `Send` throws, and what breaks the stream; damaged bytes are an answer.
 */
export const download = async (
  bucket: BucketDoor,
  key: string,
  to: string,
  signal: AbortSignal,
): Promise<Download | Damage> => {
  await rm(to, { force: true })
  const { headers, body } = await bucket.get(key, signal)
  const expected = expectedSum(headers)
  let measured: Measured | null = null
  await pipeline(
    body,
    measure(['sha256', ...(expected === null ? [] : [expected.algorithm])], all => {
      measured = all
    }),
    createWriteStream(to, { flush: true }),
    { signal },
  )
  return verified(headers, measured as Measured | null)
}

const verified = (headers: Headers, measured: Measured | null): Download | Damage => {
  if (measured === null) throw new Error('a download ended without its end')
  const { bytes, head, sums } = measured
  const expected = expectedSum(headers)
  if (bytes !== Number(headers['content-length']))
    return { damage: `S3 announced ${headers['content-length']} bytes, and ${bytes} came` }
  if (expected !== null && sums[expected.algorithm] !== expected.hex)
    return { damage: `its ${expected.algorithm} is not the one S3 holds` }
  return { headers, bytes, head, sha256: sums.sha256 ?? '', verifiedBy: expected?.algorithm ?? null }
}
