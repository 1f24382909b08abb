import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { WireResponse } from './wire/protocol.ts'

/** Sends a response; a body that fails half-way ends in a broken connection, as the client must not take it for whole. */
export const answer = async (
  response: WireResponse,
  method: string | undefined,
  to: ServerResponse,
): Promise<void> => {
  const { status, headers, body } = response
  const whole = body === null || typeof body === 'string' || body instanceof Uint8Array
  const bodiless = method === 'HEAD' || status === 204 || status === 304
  if (whole && !bodiless) headers['content-length'] = String(Buffer.byteLength(body ?? ''))
  to.writeHead(status, headers)
  if (bodiless || whole) {
    if (body instanceof Readable) body.destroy()
    to.end(bodiless ? undefined : (body ?? ''))
    return
  }
  await pipeline(body, to).catch(() => to.destroy())
}
