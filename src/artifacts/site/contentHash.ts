import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { UserError } from '../../errors.ts'
import { cannotRead } from '../fileTree.ts'

const MIB = 1 << 20
const MAX_PARTS = 10_000
const READ_BYTES = 512 << 10

/** Up to here a file is sent in one piece. */
export const WHOLE_BYTES = 16 * MIB

/**
 * How long the parts of a file of `size` bytes are. It follows from the size alone: S3's ETag of a file in parts
 * depends on where they end, and has to be the same each time.
 */
export const partBytes = (size: number): number =>
  Math.max(WHOLE_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB)

/** What a file holds, as S3 will tell it back. */
export interface ContentHash {
  /** The ETag S3 gives it: its MD5, or of one in parts the MD5 of their MD5s and their number. */
  readonly hash: string
  readonly size: number
  /** Base64, for `content-md5`: of each part, or of the whole. */
  readonly md5s: readonly string[]
}

const base64 = (md5: Buffer): string => md5.toString('base64')

export const hashOfBytes = (bytes: Uint8Array): ContentHash => {
  const md5 = createHash('md5').update(bytes).digest()
  return { hash: md5.toString('hex'), size: bytes.length, md5s: [base64(md5)] }
}

/** Of a file too large to hold: read once, a piece at a time. */
export const hashOfFile = async (path: string, signal: AbortSignal): Promise<ContentHash> => {
  const file = await open(path).catch(cannotRead(path))
  try {
    const { size } = await file.stat()
    const part = size > WHOLE_BYTES ? partBytes(size) : size
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    const md5s: Buffer[] = []
    for (let start = 0; start < size || start === 0; start += part || 1) {
      const md5 = createHash('md5')
      for (let at = start; at < Math.min(start + part, size); ) {
        signal.throwIfAborted()
        const most = Math.min(READ_BYTES, start + part - at)
        const { bytesRead } = await file.read(buffer, 0, most, at).catch(cannotRead(path))
        if (bytesRead === 0) throw changed(path)
        md5.update(buffer.subarray(0, bytesRead))
        at += bytesRead
      }
      md5s.push(md5.digest())
    }
    return { hash: etagOf(md5s), size, md5s: md5s.map(base64) }
  } finally {
    await file.close()
  }
}

/** S3's ETag of what is sent in these parts (S3 user guide, "Checking object integrity"). */
const etagOf = (md5s: readonly Buffer[]): string => {
  const [only] = md5s
  if (md5s.length === 1 && only !== undefined) return only.toString('hex')
  return `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${md5s.length}`
}

export const changed = (file: string): UserError =>
  new UserError(
    `${file} changed while it was read or uploaded.`,
    'Run the same command again when it stays as it is.',
  )
