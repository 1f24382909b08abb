import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Fault } from './fault.ts'
import type { Operation } from './schemas.ts'

/** An HTTP request after routing. */
export interface WireRequest {
  readonly method: string
  /** As sent, still percent-encoded; without bucket for S3. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Where S3 keeps the bucket: in the host or the first part of the path. */
  readonly bucket: string | null
  /** Unframed and checked; for streaming payloads. */
  readonly stream: Readable
  /** Tells the trailing headers that come behind `stream`, before its end. */
  onTrailer(listener: (name: string, value: string) => void): void
  /** The whole of `stream`, for everything else. */
  bytes(): Promise<Buffer>
}

export interface WireResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array | string | Readable | null
}

export type Members = Record<string, unknown>

/** One AWS protocol in the server's direction. `read` throws AwsError on input that AWS would not take. */
export interface Protocol {
  read(operation: Operation, request: WireRequest): Promise<Members>
  write(operation: Operation, output: Members, requestId: string): WireResponse
  writeFault(fault: Fault, requestId: string): WireResponse
}
