import { AwsError } from '../service.ts'
import { type Bound, bindingOf } from './binding.ts'
import type { BodyCodec } from './bodyCodec.ts'
import { checkRequired, type Refuse, readText } from './check.ts'
import type { TextCodec } from './codecs.ts'
import type { Members, Protocol, WireRequest } from './protocol.ts'
import type { RestRoutes } from './restRoutes.ts'

/** How a header or URL that cannot be read is refused, and input that lacks something. */
interface Refusals {
  readonly text: Refuse
  readonly missing: Refuse
}

/** Gathers an operation's input from the URL, the headers and the body of a request. */
export const httpReader =
  (routes: RestRoutes, body: BodyCodec, text: TextCodec, refuse: Refusals): Protocol['read'] =>
  async (operation, request) => {
    const { input } = operation
    if (!input.isStructSchema()) return {}
    const binding = bindingOf(input)
    const out: Members = {}
    const take = ([member, wire, shape]: Bound, value: string): void => {
      out[member] = readText(text, shape, value, wire, refuse.text)
    }

    const labels: Record<string, string> = routes.labels(operation, request.path)
    if (request.bucket !== null) labels['Bucket'] = request.bucket
    for (const bound of binding.labels) {
      const value = labels[bound[0]]
      if (value !== undefined) take(bound, value)
    }
    for (const bound of binding.headers) {
      const value = request.headers[bound[1]]
      if (typeof value === 'string') take(bound, value)
    }
    readPrefixed(binding.prefixHeaders, request, out)
    for (const bound of binding.query) readQuery(bound, request.query, out, text, take)
    if (binding.queryParams)
      readQueryParams(binding.queryParams, operation.http?.uri ?? '', request, binding.query, out)

    if (binding.payload) await readPayload(binding.payload, binding.headers, request, body, out)
    else if (binding.body) {
      const bytes = await request.bytes()
      if (bytes.length > 0) Object.assign(out, body.read(binding.body, bytes))
    }
    checkRequired(input, out, refuse.missing)
    return out
  }

const readPrefixed = (bound: Bound | null, { headers }: WireRequest, out: Members): void => {
  if (bound === null) return
  const [member, prefix] = bound
  const held = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  if (held.length > 0)
    out[member] = Object.fromEntries(held.map(([name, value]) => [name.slice(prefix.length), value]))
}

const readQuery = (
  bound: Bound,
  query: URLSearchParams,
  out: Members,
  text: TextCodec,
  take: (bound: Bound, value: string) => void,
): void => {
  const [member, wire, shape] = bound
  if (!query.has(wire)) return
  if (shape.isListSchema())
    out[member] = query.getAll(wire).map(value => text.read(shape.getValueSchema(), value))
  else take(bound, query.get(wire) ?? '')
}

const readQueryParams = (
  [member, , shape]: Bound,
  uri: string,
  { query }: WireRequest,
  taken: readonly Bound[],
  out: Members,
): void => {
  const statics = new URLSearchParams(uri.split('?')[1] ?? '')
  const free = [...new Set(query.keys())].filter(
    name => !statics.has(name) && !taken.some(([, wire]) => wire === name) && !/^x-amz-/i.test(name),
  )
  const lists = shape.getValueSchema().isListSchema()
  if (free.length > 0)
    out[member] = Object.fromEntries(free.map(name => [name, lists ? query.getAll(name) : query.get(name)]))
}

const readPayload = async (
  [member, , shape]: Bound,
  headers: readonly Bound[],
  request: WireRequest,
  body: BodyCodec,
  out: Members,
): Promise<void> => {
  if (shape.isStreaming()) {
    if (shape.isStructSchema())
      throw new AwsError('NotImplemented', 'Event streams are not built', { status: 501 })
    out[member] = request.stream
    // Checksums that come behind the body are members as well: there once the stream has been read to its end.
    request.onTrailer((name, value) => {
      const bound = headers.find(([, wire]) => wire === name)
      if (bound) out[bound[0]] = value
    })
    return
  }
  const bytes = await request.bytes()
  if (shape.isBlobSchema()) {
    if (bytes.length > 0) out[member] = bytes
  } else if (shape.isStringSchema()) {
    if (bytes.length > 0) out[member] = bytes.toString('utf8')
  } else if (bytes.length > 0) out[member] = body.read(shape, bytes)
}
