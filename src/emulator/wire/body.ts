import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AwsError } from '../service.ts'
import { s3Body } from './s3Body.ts'

/** A function's whole zip travels inside JSON; nothing else that is not streamed comes near. */
const BUFFER_LIMIT = 256 << 20

/** A request's body, unframed, inflated and checked, to be streamed or taken whole. */
export interface Body {
  readonly stream: Readable
  onTrailer(listener: (name: string, value: string) => void): void
  /** Everything in `stream`; asked twice, read once. */
  bytes(): Promise<Buffer>
}

/** `ofBody`: see s3Body. */
export const bodyOf = (request: IncomingMessage, s3: boolean, ofBody: boolean): Body => {
  const { stream, onTrailer } = s3
    ? s3Body(request.headers, request, ofBody)
    : { stream: inflate(request), onTrailer: () => {} }
  let whole: Promise<Buffer> | undefined
  return {
    stream,
    onTrailer,
    bytes: () => {
      whole ??= collect(stream)
      return whole
    },
  }
}

/** CloudWatch's clients compress large requests. */
const inflate = (request: IncomingMessage): Readable =>
  request.headers['content-encoding'] === 'gzip' ? pipeline(request, createGunzip(), () => {}) : request

const collect = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > BUFFER_LIMIT)
      throw new AwsError('RequestEntityTooLarge', 'The request body is too large', { status: 413 })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
