import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** Open bytes of one file from `start` up to, not including, `end`. */
interface Span {
  file: FileHandle
  start: number
  end: number
}

const CHUNK = 256 * 1024

/** Reads spans of open files one after another, and closes them however it ends. */
export class PartsReader extends Readable {
  readonly #spans: Span[]
  #turn = 0

  constructor(spans: Span[]) {
    super({ highWaterMark: CHUNK })
    this.#spans = spans
  }

  override _read(): void {
    this.#next().then(
      bytes => this.push(bytes),
      error => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    Promise.all(this.#spans.map(({ file }) => file.close())).then(
      () => done(error),
      closing => done(error ?? closing),
    )
  }

  async #next(): Promise<Uint8Array | null> {
    const span = this.#spans[this.#turn]
    if (!span) return null
    const wanted = Math.min(CHUNK, span.end - span.start)
    const { bytesRead, buffer } = await span.file.read(Buffer.allocUnsafe(wanted), 0, wanted, span.start)
    if (bytesRead === 0) throw new Error('an object on disk is shorter than its record says')
    span.start += bytesRead
    if (span.start === span.end) this.#turn += 1
    return buffer.subarray(0, bytesRead)
  }
}
