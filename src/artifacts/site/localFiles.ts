import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { cannotRead } from '../fileTree.ts'
import { inParallel } from '../inParallel.ts'
import { type ContentHash, changed, hashOfBytes, hashOfFile } from './contentHash.ts'
import { siteFiles } from './siteFiles.ts'

/** A file of this machine, read once. */
export interface LocalFile extends ContentHash {
  /** Absolute. */
  readonly file: string
  /** What was read; null when it would take too much room to keep. */
  readonly bytes: Buffer | null
}

const PARALLEL = 16
/** Above it a file is never in memory as a whole. */
const SMALL_BYTES = 256 << 10
/** All bytes held at once; what is beyond is read again when it is sent. */
const HELD_BYTES = 64 << 20

/** Every file of a folder that is to be served, by path. Throws what `siteFiles` throws. */
export const localFiles = async (
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LocalFile>> => {
  const files = await siteFiles(folder)
  let held = 0
  const read = await inParallel(
    files,
    PARALLEL,
    async ({ path, file, size }): Promise<[string, LocalFile]> => {
      signal.throwIfAborted()
      if (size > SMALL_BYTES) return [path, { ...(await hashOfFile(file, signal)), file, bytes: null }]
      const bytes = await readFile(file).catch(cannotRead(file))
      const keeps = held + bytes.length <= HELD_BYTES
      if (keeps) held += bytes.length
      return [path, { ...hashOfBytes(bytes), file, bytes: keeps ? bytes : null }]
    },
  )
  return new Map(read)
}

/** Bytes to send: at once when they are few, else as they are read. */
export type Body = Uint8Array | { readonly bytes: number; open(): AsyncIterable<Uint8Array> }

/** Bytes `start` to `start + bytes` of a file. Throws UserError when it changed since it was read. */
export const bodyOf = async (local: LocalFile, start = 0, bytes = local.size): Promise<Body> => {
  if (local.size > SMALL_BYTES) return { bytes, open: () => slice(local.file, start, bytes) }
  const read = local.bytes ?? (await readFile(local.file).catch(cannotRead(local.file)))
  if (read.length !== local.size) throw changed(local.file)
  return read
}

async function* slice(file: string, start: number, bytes: number): AsyncGenerator<Uint8Array> {
  let read = 0
  const stream = createReadStream(file, { start, end: start + bytes - 1, highWaterMark: SMALL_BYTES })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    read += chunk.length
    yield chunk
  }
  // S3 would wait for the rest.
  if (read < bytes) throw changed(file)
}
