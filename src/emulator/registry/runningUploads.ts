import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Call } from '../service.ts'
import { receivedBytes, receivedDigest, type Upload, uploadPath } from '../services/ecr/upload.ts'

const BUFFER_BYTES = 1 << 20

/** A hash and how much has gone into it. */
interface Sum {
  readonly hash: Hash
  bytes: number
}

/**
 * Uploads while they run: one request at a time each, hashed as they come in. The bytes on disk are the truth; a sum
 * that does not cover all of them (a restart, a connection that broke) is made anew from the file.
 */
export class RunningUploads {
  readonly #sums = new Map<string, Sum>()
  readonly #turns = new Map<string, Promise<void>>()

  /** Runs `act` when no other request is at the upload: a client that comes back may be faster than its broken connection. */
  async inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turns.set(id, promise)
    await before
    try {
      return await act()
    } finally {
      if (this.#turns.get(id) === promise) this.#turns.delete(id)
      resolve()
    }
  }

  /** Adds `body` to the upload's file. What has come of a body that breaks off stays. */
  async append(call: Call, upload: Upload, body: Readable): Promise<void> {
    const offset = receivedBytes(call, upload)
    const sum = offset === 0 ? { hash: createHash('sha256'), bytes: 0 } : this.#sums.get(upload.id)
    this.#sums.delete(upload.id)
    const file = createWriteStream(uploadPath(call, upload), { flags: 'a', highWaterMark: BUFFER_BYTES })
    if (sum)
      body.on('data', (chunk: Uint8Array) => {
        sum.hash.update(chunk)
        sum.bytes += chunk.length
      })
    try {
      await pipeline(body, file)
    } finally {
      // A write under way when the body broke would else land behind the next one's offset.
      if (!file.closed) await once(file, 'close')
    }
    if (sum) this.#sums.set(upload.id, sum)
  }

  /** `sha256:…` of all that has come. */
  async digest(call: Call, upload: Upload): Promise<string> {
    const sum = this.#sums.get(upload.id)
    return sum?.bytes === receivedBytes(call, upload)
      ? `sha256:${sum.hash.copy().digest('hex')}`
      : await receivedDigest(call, upload)
  }

  forget({ id }: Upload): void {
    this.#sums.delete(id)
  }

  /** Kept when no request is at any upload any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values())
  }
}
