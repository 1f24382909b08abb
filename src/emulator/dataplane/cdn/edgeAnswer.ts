import { Readable } from 'node:stream'
import type { WireResponse } from '../../wire/protocol.ts'

/** First and last byte. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** A body that is read when it is known what part of it is wanted. */
export interface OriginBody {
  /** Bytes. */
  readonly size: number
  open(span: Span | null): Promise<Readable>
}

/** An answer on its way through the edge; names of headers are in lower case. */
export interface EdgeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | OriginBody
}

export const sizeOf = ({ body }: EdgeAnswer): number =>
  body instanceof Uint8Array ? body.byteLength : body.size

/** Lets go of a body that nobody will read. */
export const close = (body: WireResponse['body']): void => {
  if (body instanceof Readable) body.destroy()
}

/** An error as S3 words it. */
export const errorXml = (status: number, code: string, message: string): EdgeAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  ),
})
