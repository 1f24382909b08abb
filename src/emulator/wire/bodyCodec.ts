import type { Shape } from './codecs.ts'
import type { Members } from './protocol.ts'

/** How a REST protocol writes structures in bodies. */
export interface BodyCodec {
  readonly contentType: string
  /** Checks and reads a body. */
  read(shape: Shape, bytes: Buffer): unknown
  write(shape: Shape, value: Members): Uint8Array | string
}
