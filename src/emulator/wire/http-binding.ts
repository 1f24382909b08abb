import { Readable } from 'node:stream'
import { AwsError } from '../service.ts'
import { type Bound, bindingOf } from './binding.ts'
import { checkRequired, checkXml, decoded, type Refuse, readText, refuseWith } from './check.ts'
import { jsonCodec, type Shape, textCodec, XmlNode, xmlChildren, xmlCodec } from './codecs.ts'
import { faultMembers, jsonMembers, readJson } from './json.ts'
import type { Members, Protocol, WireRequest, WireResponse } from './protocol.ts'
import { errorNode, leaf, PROLOG } from './query.ts'
import type { RestRoutes } from './rest-routes.ts'
import type { Model } from './schemas.ts'

/** How a REST protocol writes structures in bodies. */
interface BodyCodec {
  readonly contentType: string
  /** Checks and reads a body. */
  read(shape: Shape, bytes: Buffer): unknown
  write(shape: Shape, value: Members): Uint8Array | string
}

export const restJson = (routes: RestRoutes): Protocol => {
  const codec = jsonCodec({ jsonName: true })
  const body: BodyCodec = {
    contentType: 'application/json',
    read: (shape, bytes) => readJson(codec, shape, bytes, true),
    write: (shape, value) => codec.write(shape, value),
  }
  const text = textCodec('json')
  return {
    read: reader(routes, body, text, {
      text: refuseWith('SerializationException'),
      missing: refuseWith('ValidationException'),
    }),
    write: ({ output, http }, value, requestId) =>
      respond(output, value, http?.status ?? 200, body, text, { 'x-amzn-requestid': requestId }),
    writeFault: (fault, requestId) => ({
      status: fault.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': fault.name,
        ...(fault.shape ? headersOf(fault.shape, faultMembers(fault), text) : {}),
      },
      body: JSON.stringify(
        jsonMembers(codec.write, {
          ...fault,
          shape: fault.shape ? (bindingOf(fault.shape).body ?? fault.shape) : null,
        }),
      ),
    }),
  }
}

export const restXml = (model: Model, routes: RestRoutes): Protocol => {
  const { facts } = model
  const s3 = model.name === 's3'
  const xml = xmlCodec(facts.xmlns)
  const code = s3 ? 'MalformedXML' : 'MalformedInput'
  const body: BodyCodec = {
    contentType: s3 ? 'application/xml' : 'text/xml',
    read(shape, bytes) {
      const refuse = refuseWith(code)
      const tree = parseXml(xml.parse, bytes, refuse)
      checkXml(shape, tree, refuse)
      return decoded(() => xml.read(shape, tree), refuse)
    },
    write(shape, value) {
      const node = xml.write(shape, value)
      if (facts.xmlns !== null) node.addAttribute('xmlns', facts.xmlns)
      return PROLOG + node.toString()
    },
  }
  const text = textCodec('xml')
  const ids = (requestId: string): Record<string, string> =>
    s3 ? { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId } : { 'x-amzn-requestid': requestId }
  return {
    read: reader(routes, body, text, {
      text: refuseWith(s3 ? 'InvalidArgument' : 'InvalidInput'),
      missing: refuseWith(s3 ? code : 'InvalidInput'),
    }),
    write({ name, output, http }, value, requestId) {
      if (name === 'GetBucketLocation') return bucketLocation(value, facts.xmlns, ids(requestId))
      return respond(output, value, http?.status ?? 200, body, text, ids(requestId))
    },
    writeFault(fault, requestId) {
      const members = fault.shape ? faultMembers(fault) : {}
      const held = fault.shape ? bindingOf(fault.shape).body : null
      const children = held
        ? xmlChildren(xml.write(held, members))
        : Object.entries(fault.fields).map(([name, value]) => leaf(name, String(value)))
      const error = errorNode(fault, children)
      const root = s3
        ? new XmlNode('Error', [
            ...xmlChildren(error).slice(1),
            leaf('RequestId', requestId),
            leaf('HostId', requestId),
          ])
        : new XmlNode('ErrorResponse', [error, leaf('RequestId', requestId)])
      if (!s3 && facts.xmlns !== null) root.addAttribute('xmlns', facts.xmlns)
      return {
        status: fault.status,
        headers: {
          ...ids(requestId),
          ...(fault.shape ? headersOf(fault.shape, members, text) : {}),
          'content-type': 'application/xml',
        },
        body: fault.status === 304 ? null : PROLOG + root.toString(),
      }
    },
  }
}

const parseXml = (parse: (text: string) => unknown, bytes: Buffer, refuse: Refuse): unknown => {
  try {
    return parse(bytes.toString('utf8'))
  } catch {
    return refuse('', 'The XML you provided was not well-formed')
  }
}

/** Its answer is a bare element, a form the model knows no word for. */
const bucketLocation = (value: Members, xmlns: string | null, ids: Record<string, string>): WireResponse => {
  const { LocationConstraint: region } = value
  const root =
    typeof region === 'string' ? leaf('LocationConstraint', region) : new XmlNode('LocationConstraint')
  if (xmlns !== null) root.addAttribute('xmlns', xmlns)
  return {
    status: 200,
    headers: { ...ids, 'content-type': 'application/xml' },
    body: PROLOG + root.toString(),
  }
}

type Text = ReturnType<typeof textCodec>

/** How a header or URL that cannot be read is refused, and input that lacks something. */
interface Refusals {
  readonly text: Refuse
  readonly missing: Refuse
}

const reader =
  (routes: RestRoutes, body: BodyCodec, text: Text, refuse: Refusals): Protocol['read'] =>
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
  text: Text,
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

const headersOf = (shape: Shape, value: Members, text: Text): Record<string, string> => {
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

const respond = (
  shape: Shape,
  value: Members,
  status: number,
  codec: BodyCodec,
  text: Text,
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
