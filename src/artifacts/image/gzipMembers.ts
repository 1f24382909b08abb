import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { aheadOf } from '../aheadOf.ts'

const compress = promisify(gzip)

/** Its level: a smaller image is pulled faster at every start, and is compressed only when it changes. */
const LEVEL = 6
const MEMBER_BYTES = 1 << 20
/** As many as Node has threads for it. */
const PARALLEL = 4
/** Byte of a member's header that names the operating system (RFC 1952, 2.3): "unknown", so that all write the same. */
const SYSTEM_BYTE = 9
const UNKNOWN_SYSTEM = 255

/**
 * A stream's gzip. It consists of members of a fixed size (RFC 1952, 2.2), which are compressed side by side: the bytes
 * depend on the input alone, not on the chunks it came in nor on the number of processors.
 */
export const gzipMembers = (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
  const spare: Buffer[] = []
  return aheadOf(cut(source, spare), PARALLEL, async ({ block, used }) => {
    const member = await compress(block.subarray(0, used), { level: LEVEL, chunkSize: 64 << 10 })
    spare.push(block)
    member[SYSTEM_BYTE] = UNKNOWN_SYSTEM
    return member
  })
}

/** The same bytes in blocks of `MEMBER_BYTES`, the last one less `used`. Blocks that nobody needs any more are used again. */
async function* cut(
  source: AsyncIterable<Uint8Array>,
  spare: Buffer[],
): AsyncGenerator<{ block: Buffer; used: number }> {
  const fresh = () => spare.pop() ?? Buffer.allocUnsafe(MEMBER_BYTES)
  let block = fresh()
  let used = 0
  for await (const chunk of source)
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + MEMBER_BYTES - used)
      block.set(part, used)
      used += part.length
      from += part.length
      if (used < MEMBER_BYTES) continue
      yield { block, used }
      block = fresh()
      used = 0
    }
  if (used > 0) yield { block, used }
}
