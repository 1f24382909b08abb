import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'
import { HEADER_BYTES, withCounters } from './sqliteHeader.ts'

export type Algorithm = 'sha256' | 'sha1' | 'md5' | 'crc32'

/** A running checksum that answers hex digits. */
interface Sum {
  update(piece: Buffer): void
  hex(): string
}

const crcSum = (): Sum => {
  let crc = 0
  return {
    update: piece => {
      crc = crc32(piece, crc)
    },
    hex: () => crc.toString(16).padStart(8, '0'),
  }
}

const hashSum = (algorithm: Exclude<Algorithm, 'crc32'>): Sum => {
  const hash = createHash(algorithm)
  return { update: piece => void hash.update(piece), hex: () => hash.digest('hex') }
}

const sum = (algorithm: Algorithm): Sum => (algorithm === 'crc32' ? crcSum() : hashSum(algorithm))

/** What a stream of a database file was. */
export interface Measured {
  readonly bytes: number
  /** Its first 100 bytes, or all when there are fewer. */
  readonly head: Buffer
  /** Hex digits by algorithm: of those asked for. */
  readonly sums: Readonly<Partial<Record<Algorithm, string>>>
}

/** Passes a stream of bytes on as it is, and tells at its end what it was. */
export const measure = (algorithms: readonly Algorithm[], tell: (measured: Measured) => void) =>
  async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const sums = [...new Set(algorithms)].map(algorithm => ({ algorithm, sum: sum(algorithm) }))
    let bytes = 0
    let head = Buffer.alloc(0)
    for await (const piece of pieces) {
      for (const { sum } of sums) sum.update(piece)
      if (head.length < HEADER_BYTES) head = Buffer.concat([head, piece]).subarray(0, HEADER_BYTES)
      bytes += piece.length
      yield piece
    }
    tell({
      bytes,
      head: Buffer.from(head),
      sums: Object.fromEntries(sums.map(({ algorithm, sum }) => [algorithm, sum.hex()])),
    })
  }

export interface FileDigest {
  readonly bytes: number
  /** Hex, of the file as it is. */
  readonly sha256: string
  /** Hex, of the file as it would be with the counters asked for; null when none were. */
  readonly sha256WithCounters: string | null
}

/** Reads a file once. `counters`: see `withCounters`. */
export const digestFile = async (path: string, counters: string | null): Promise<FileDigest> => {
  const [own, other] = [createHash('sha256'), createHash('sha256')]
  let bytes = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    own.update(piece)
    if (counters !== null) other.update(withCounters(piece, bytes, counters))
    bytes += piece.length
  }
  return {
    bytes,
    sha256: own.digest('hex'),
    sha256WithCounters: counters === null ? null : other.digest('hex'),
  }
}
