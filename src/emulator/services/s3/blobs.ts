import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Call } from '../../service.ts'
import { type Algorithm, hasher } from './checksums.ts'
import { PartsReader } from './partsReader.ts'
import type { Part } from './state.ts'

/** Bytes on disk under random names: a key never becomes a path. */
export interface Blob {
  blob: string
  size: number
  /** Hex. */
  md5: string
  /** Base64, of each algorithm asked for. */
  checksums: Partial<Record<Algorithm, string>>
}

/** The wire's stream, or what a caller in this process has at hand. */
const readable = (body: unknown): Readable => {
  if (body === undefined) return Readable.from([])
  if (typeof body === 'string') return Readable.from([Buffer.from(body)])
  if (body instanceof Uint8Array) return Readable.from([body])
  if (body instanceof Readable) return body
  throw new TypeError('an object body is a string, bytes or a Readable')
}

const pathOf = (call: Call, blob: string): string => join(call.folder('objects'), blob.slice(0, 2), blob)

const freshPath = (call: Call): { blob: string; path: string } => {
  const blob = randomBytes(16).toString('hex')
  const path = pathOf(call, blob)
  mkdirSync(join(path, '..'), { recursive: true })
  return { blob, path }
}

/** Streams `body` to disk. Until the last byte is there no blob of that name exists. */
export const storeBlob = async (
  call: Call,
  body: unknown,
  algorithms: Iterable<Algorithm>,
): Promise<Blob> => {
  const { blob, path } = freshPath(call)
  const unfinished = `${path}.part`
  const md5 = createHash('md5')
  const sums = [...algorithms].map(algorithm => ({ algorithm, sum: hasher(algorithm) }))
  let size = 0
  try {
    await pipeline(
      readable(body),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          md5.update(chunk)
          for (const { sum } of sums) sum.update(chunk)
          size += chunk.length
          yield chunk
        }
      },
      createWriteStream(unfinished),
    )
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  const checksums: Blob['checksums'] = {}
  for (const { algorithm, sum } of sums)
    checksums[algorithm] = Buffer.from(await sum.digest()).toString('base64')
  return { blob, size, md5: md5.digest('hex'), checksums }
}

/** A second name for the same bytes: a copy costs no reading. */
export const linkBlob = async (call: Call, of: string): Promise<string> => {
  const { blob, path } = freshPath(call)
  await link(pathOf(call, of), path)
  return blob
}

/** Readers that are under way keep what they opened. */
export const dropBlobs = async (call: Call, blobs: readonly { blob: string }[]): Promise<void> => {
  // The store writes in the next microtask: no row on disk may name a file that is gone already.
  await null
  await Promise.all(blobs.map(({ blob }) => rm(pathOf(call, blob), { force: true })))
}

/** The bytes `first` to `last` (both included) of `parts`. All files are open when it answers: a delete cannot tear it. */
export const readBlobs = async (
  call: Call,
  parts: readonly Part[],
  first: number,
  last: number,
): Promise<Readable> => {
  const spans = []
  let offset = 0
  for (const part of parts) {
    const start = Math.max(first - offset, 0)
    const end = Math.min(last - offset + 1, part.size)
    offset += part.size
    if (start < end) spans.push({ path: pathOf(call, part.blob), start, end })
  }
  return new PartsReader(
    await Promise.all(spans.map(async ({ path, ...span }) => ({ ...span, file: await open(path) }))),
  )
}
