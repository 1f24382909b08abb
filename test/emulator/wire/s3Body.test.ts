import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { s3Body } from '../../../src/emulator/wire/s3Body.ts'

const crcOf = (bytes: Uint8Array): string => {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(crc32(bytes))
  return value.toString('base64')
}

/** The framing SDKs use for streams: chunks, an empty one, trailers, an empty line. */
const framed = (chunks: Uint8Array[], trailers: string[], signature = ''): Buffer =>
  Buffer.concat([
    ...chunks
      .filter(chunk => chunk.length > 0)
      .flatMap(chunk => [
        Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
        chunk,
        Buffer.from('\r\n'),
      ]),
    Buffer.from(`0${signature}\r\n${trailers.map(line => `${line}\r\n`).join('')}\r\n`),
  ])

/** `bytes` in pieces of the given sizes, as a socket would hand them over. */
const inPieces = (bytes: Buffer, sizes: number[]): Readable => {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) break
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  if (at < bytes.length) pieces.push(bytes.subarray(at))
  return Readable.from(pieces, { objectMode: false })
}

const CHUNKED: IncomingHttpHeaders = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'content-encoding': 'aws-chunked',
  'x-amz-trailer': 'x-amz-checksum-crc32',
}

const read = (headers: IncomingHttpHeaders, source: Readable) => buffer(s3Body(headers, source, true).stream)

describe('a framed body', () => {
  test('gives back its bytes and its trailers, however the network cuts it', async () => {
    const cut = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
        cut,
        fc.constantFrom('', ';chunk-signature=0f'),
        async (chunks, sizes, signature) => {
          const bytes = Buffer.concat(chunks)
          const wire = framed(chunks, [`x-amz-checksum-crc32:${crcOf(bytes)}`], signature)
          const headers = { ...CHUNKED, 'x-amz-decoded-content-length': String(bytes.length) }
          const body = s3Body(headers, inPieces(wire, sizes), true)
          const trailers: string[] = []
          body.onTrailer((name, value) => trailers.push(`${name}=${value}`))
          expect(Buffer.compare(await buffer(body.stream), bytes)).toBe(0)
          expect(trailers).toEqual([`x-amz-checksum-crc32=${crcOf(bytes)}`])
        },
      ),
      { numRuns: 200 },
    )
  })

  test('that is cut short anywhere is never taken for whole', async () => {
    const bytes = Buffer.from('hello, world')
    const wire = framed([bytes.subarray(0, 5), bytes.subarray(5)], [`x-amz-checksum-crc32:${crcOf(bytes)}`])
    for (let end = 0; end < wire.length - 2; end++)
      await expect(read(CHUNKED, inPieces(wire.subarray(0, end), []))).rejects.toMatchObject({
        code: expect.stringMatching(/IncompleteBody|BadDigest|MalformedTrailerError/),
      })
  })

  test.each([
    ['a size that is no number', 'zz\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['a chunk longer than its size', '3\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['an endless size line', '1'.repeat(20_000), 'InvalidRequest'],
    ['something behind its end', '0\r\n\r\nmore\r\n', 'InvalidRequest'],
  ])('with %s is refused', async (_, wire, code) => {
    const headers = { ...CHUNKED, 'x-amz-trailer': undefined }
    await expect(read(headers, inPieces(Buffer.from(wire), []))).rejects.toMatchObject({ code })
  })

  test('whose promised trailer does not come is refused', async () => {
    const wire = framed([Buffer.from('hello')], [])
    await expect(read(CHUNKED, inPieces(wire, []))).rejects.toMatchObject({ code: 'MalformedTrailerError' })
  })

  test('whose length is not what the client said is refused', async () => {
    const bytes = Buffer.from('hello')
    const wire = framed([bytes], [`x-amz-checksum-crc32:${crcOf(bytes)}`])
    const headers = { ...CHUNKED, 'x-amz-decoded-content-length': '6' }
    await expect(read(headers, inPieces(wire, []))).rejects.toMatchObject({ code: 'IncompleteBody' })
  })
})

describe('a plain body', () => {
  const bytes = Buffer.from('hello')
  const digest = (name: string, encoding: 'hex' | 'base64') => createHash(name).update(bytes).digest(encoding)

  test.each([
    ['content-md5', digest('md5', 'base64')],
    ['x-amz-content-sha256', digest('sha256', 'hex')],
    ['x-amz-checksum-crc32', crcOf(bytes)],
    ['x-amz-checksum-crc32c', 'mnG7TA=='],
    ['x-amz-checksum-crc64nvme', 'M3eFcAZSQlc='],
    ['x-amz-checksum-sha1', digest('sha1', 'base64')],
    ['x-amz-checksum-sha256', digest('sha256', 'base64')],
  ])('passes with the right %s and fails with that of other bytes', async (name, value) => {
    expect(await read({ [name]: value }, Readable.from([bytes]))).toEqual(bytes)
    await expect(read({ [name]: value }, Readable.from([Buffer.from('jello')]))).rejects.toMatchObject({
      code: expect.stringMatching(/^(BadDigest|XAmzContentSHA256Mismatch)$/),
    })
  })

  test('passes as it is when a checksum header speaks of something else', async () => {
    const { stream } = s3Body({ 'x-amz-checksum-crc32': 'AAAAAA==' }, Readable.from([bytes]), false)
    expect(await buffer(stream)).toEqual(bytes)
  })
})
