import { Readable } from 'node:stream'
import { bindingOf } from './binding.ts'
import type { BodyCodec } from './bodyCodec.ts'
import type { Shape, TextCodec } from './codecs.ts'
import type { Members, WireResponse } from './protocol.ts'

/** The members of `value` that travel in headers. */
export const headersOf = (shape: Shape, value: Members, text: TextCodec): Record<string, string> => {
  const { headers, prefixHeaders } = bindingOf(shape)
  const out: Record<string, string> = {}
  for (const [member, wire, held] of headers) {
    const item = value[member]
    if (item !== undefined && item !== null) out[wire] = headerSafe(text.write(held, item))
  }
  if (prefixHeaders) {
    const [member, prefix] = prefixHeaders
    for (const [key, item] of Object.entries((value[member] ?? {}) as Record<string, unknown>))
      out[prefix + key.toLowerCase()] = headerSafe(String(item))
  }
  return out
}

/** Headers carry no line ends and nothing beyond Latin-1; S3 answers with an RFC 2047 word then. */
const headerSafe = (value: string): string =>
  /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? value
    : `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`

/** Spreads an operation's output over status, headers and body. `ids`: headers every answer has. */
export const httpWrite = (
  shape: Shape,
  value: Members,
  status: number,
  codec: BodyCodec,
  text: TextCodec,
  ids: Record<string, string>,
): WireResponse => {
  if (!shape.isStructSchema()) return { status, headers: ids, body: null }
  const binding = bindingOf(shape)
  const headers = { ...ids, ...headersOf(shape, value, text) }
  const own = binding.status ? value[binding.status[0]] : undefined
  // No shape says so, but a part of an object is answered with 206.
  const partial = headers['content-range'] !== undefined && status === 200
  const code = typeof own === 'number' ? own : partial ? 206 : status
  const typed = (contentType: string) => ({ 'content-type': contentType, ...headers })
  if (binding.payload) {
    const [member, , held] = binding.payload
    const item = value[member]
    if (item === undefined || item === null) return { status: code, headers, body: null }
    if (held.isStructSchema())
      return { status: code, headers: typed(codec.contentType), body: codec.write(held, item as Members) }
    return { status: code, headers: typed('application/octet-stream'), body: rawBody(item) }
  }
  if (binding.body === null || code === 204) return { status: code, headers, body: null }
  return { status: code, headers: typed(codec.contentType), body: codec.write(binding.body, value) }
}

const rawBody = (item: unknown): Uint8Array | string | Readable => {
  if (item instanceof Readable || item instanceof Uint8Array || typeof item === 'string') return item
  throw new TypeError('A handler answered with a body that is neither stream, bytes nor text')
}
