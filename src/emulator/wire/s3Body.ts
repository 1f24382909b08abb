import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import { AwsError } from '../service.ts'
import { type Checksum, checksum, isChecksumAlgorithm } from './checksum.ts'

/** One promise about the body that it must keep. */
interface Pledge {
  readonly running: Checksum
  readonly encoding: 'base64' | 'hex'
  /** Null: it comes in a trailer. */
  expected: string | null
  readonly trailer: string
  readonly broken: AwsError
}

export interface S3Body {
  /** The object's own bytes. Fails with AwsError when a checksum or the length the client named does not fit. */
  readonly stream: Readable
  onTrailer(listener: (name: string, value: string) => void): void
}

/**
 * Takes S3's framing off a body (`aws-chunked`, signed or not, with or without trailers; signatures are not checked) and
 * proves what the client said of it: length, Content-MD5, `x-amz-content-sha256`, `x-amz-checksum-*`.
 * Streams: never more than a chunk in memory. `ofBody`: false where a checksum header speaks of something else than the body.
 */
export const s3Body = (headers: IncomingHttpHeaders, source: Readable, ofBody: boolean): S3Body => {
  const framed =
    /^STREAMING-/.test(text(headers['x-amz-content-sha256'])) ||
    /aws-chunked/.test(text(headers['content-encoding']))
  const listeners: ((name: string, value: string) => void)[] = []
  const pledges = pledgesOf(headers, ofBody)
  const tell = (name: string, value: string) => {
    for (const pledge of pledges) if (pledge.trailer === name) pledge.expected = value
    for (const listener of listeners) listener(name, value)
  }
  const length = headers[framed ? 'x-amz-decoded-content-length' : 'content-length']
  const proof = new Proof(pledges, length === undefined ? null : Number(length))
  // The error reaches the reader through the stream itself.
  const stream = framed
    ? pipeline(source, new Unframe(tell), proof, () => {})
    : pledges.length === 0
      ? source
      : pipeline(source, proof, () => {})
  return { stream, onTrailer: listener => void listeners.push(listener) }
}

const text = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '')

const pledgesOf = (headers: IncomingHttpHeaders, ofBody: boolean): Pledge[] => {
  const pledges: Pledge[] = []
  const md5 = headers['content-md5']
  if (typeof md5 === 'string') {
    if (Buffer.from(md5, 'base64').length !== 16)
      throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.')
    pledges.push(pledge(checksum('MD5'), 'base64', md5, '', 'BadDigest', 'Content-MD5'))
  }
  const sha256 = text(headers['x-amz-content-sha256'])
  if (/^[0-9a-f]{64}$/.test(sha256))
    pledges.push(
      pledge(checksum('SHA256'), 'hex', sha256, '', 'XAmzContentSHA256Mismatch', 'x-amz-content-sha256'),
    )
  if (!ofBody) return pledges
  const trailers = text(headers['x-amz-trailer']).split(',')
  for (const name of [...Object.keys(headers), ...trailers].map(each => each.trim().toLowerCase())) {
    const algorithm = /^x-amz-checksum-(\w+)$/.exec(name)?.[1]?.toUpperCase() ?? ''
    if (!isChecksumAlgorithm(algorithm)) continue
    const value = headers[name]
    const expected = typeof value === 'string' ? value : null
    pledges.push(pledge(checksum(algorithm), 'base64', expected, name, 'BadDigest', algorithm))
  }
  return pledges
}

const pledge = (
  running: Checksum,
  encoding: 'base64' | 'hex',
  expected: string | null,
  trailer: string,
  code: string,
  name: string,
): Pledge => ({
  running,
  encoding,
  expected,
  trailer,
  broken: new AwsError(code, `The ${name} you specified did not match what we received.`),
})

/** Lets bytes through and at their end proves length and checksums. */
class Proof extends Transform {
  readonly #pledges: readonly Pledge[]
  readonly #length: number | null
  #seen = 0

  constructor(pledges: readonly Pledge[], length: number | null) {
    super()
    this.#pledges = pledges
    this.#length = length
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#seen += chunk.length
    for (const { running } of this.#pledges) running.update(chunk)
    done(null, chunk)
  }

  override _flush(done: TransformCallback): void {
    this.#prove().then(
      () => done(),
      error => done(error),
    )
  }

  async #prove(): Promise<void> {
    if (this.#length !== null && this.#seen !== this.#length)
      throw new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      )
    for (const { running, encoding, expected, broken } of this.#pledges) {
      const found = Buffer.from(await running.digest()).toString(encoding)
      if (expected === null)
        throw new AwsError(
          'MalformedTrailerError',
          'The request contained trailing data that was not well-formed.',
        )
      if (found !== expected) throw broken
    }
  }
}

const LINE_LIMIT = 16_384

/** `<size in hex>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n<trailers>\r\n` → bytes. */
class Unframe extends Transform {
  readonly #tell: (name: string, value: string) => void
  #state: 'size' | 'bytes' | 'gap' | 'trailers' | 'end' = 'size'
  #left = 0
  #line: Buffer = Buffer.alloc(0)

  constructor(tell: (name: string, value: string) => void) {
    super()
    this.#tell = tell
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    try {
      let rest = chunk
      while (rest.length > 0) rest = this.#state === 'bytes' ? this.#takeBytes(rest) : this.#takeLine(rest)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    const whole = this.#state === 'end' || (this.#state === 'trailers' && this.#line.length === 0)
    done(whole ? null : new AwsError('IncompleteBody', 'The request body terminated unexpectedly'))
  }

  #takeBytes(chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, this.#left)
    this.push(taken)
    this.#left -= taken.length
    if (this.#left === 0) this.#state = 'gap'
    return chunk.subarray(taken.length)
  }

  #takeLine(chunk: Buffer): Buffer {
    const end = chunk.indexOf(0x0a)
    this.#line = Buffer.concat([this.#line, end === -1 ? chunk : chunk.subarray(0, end)])
    if (this.#line.length > LINE_LIMIT) throw malformed()
    if (end === -1) return chunk.subarray(chunk.length)
    const line = this.#line.toString('latin1').replace(/\r$/, '')
    this.#line = Buffer.alloc(0)
    this.#readLine(line)
    return chunk.subarray(end + 1)
  }

  #readLine(line: string): void {
    if (this.#state === 'gap') {
      if (line !== '') throw malformed()
      this.#state = 'size'
    } else if (this.#state === 'size') {
      const size = /^([0-9a-f]{1,12})(;.*)?$/i.exec(line)?.[1]
      if (size === undefined) throw malformed()
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailers' : 'bytes'
    } else if (line === '') this.#state = 'end'
    else if (this.#state === 'trailers') {
      const colon = line.indexOf(':')
      this.#tell(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
    } else throw malformed()
  }
}

const malformed = () => new AwsError('InvalidRequest', 'The aws-chunked body is not well-formed')
