import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An S3 of one bucket that answers at once, as a process of its own: what it costs must not hide what its clients
 * cost. Speaks over IPC: `{ delayMs }` sets the delay of every answer, `'empty'` forgets all objects, `'forget'` the
 * requests so far, `'requests'` answers their counts by operation.
 */
interface Stored {
  readonly etag: string
  readonly size: number
  readonly modified: Date
  readonly headers: Readonly<Record<string, string>>
  /** Of notes of a tool's own; files are only counted. */
  readonly body: Buffer | null
}

const KEPT_BYTES = /^\.storyarch\//
const PAGE = 1000

let delayMs = 0
let tagging: string | null = null
const objects = new Map<string, Stored>()
const requests = new Map<string, number>()
/** Keys in S3's order; made when it is asked for. */
let sorted: string[] | null = null

const xml = (text: string): string =>
  text.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)

/** A body in pieces with lengths before them, as SDKs send one whose checksum comes last. */
const unchunked = (body: Buffer): Buffer => {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, end), 16)
    if (end < 0 || !(size > 0)) return Buffer.concat(parts)
    parts.push(body.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

const storedHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      /^(content-type|cache-control|x-amz-meta-.*)$/.test(name) ? [[name, String(value)]] : [],
    ),
  )

const listed = (query: URLSearchParams): string => {
  sorted ??= [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const after = query.get('continuation-token') ?? query.get('start-after') ?? query.get('marker') ?? ''
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : xml
  const contents: string[] = []
  const folders = new Set<string>()
  let last = ''
  let truncated = false
  for (const key of sorted) {
    if (!key.startsWith(prefix) || (after !== '' && key <= after)) continue
    if (contents.length + folders.size >= PAGE) {
      truncated = true
      break
    }
    last = key
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut >= 0) {
      folders.add(key.slice(0, cut + delimiter.length))
      continue
    }
    const object = objects.get(key)
    if (object === undefined) continue
    contents.push(
      `<Contents><Key>${encode(key)}</Key><LastModified>${object.modified.toISOString()}</LastModified><ETag>&quot;${object.etag}&quot;</ETag><Size>${object.size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    )
  }
  const next = truncated
    ? `<NextContinuationToken>${xml(last)}</NextContinuationToken><NextMarker>${encode(last)}</NextMarker>`
    : ''
  const encoding = query.get('encoding-type') === 'url' ? '<EncodingType>url</EncodingType>' : ''
  const common = [...folders].map(
    folder => `<CommonPrefixes><Prefix>${encode(folder)}</Prefix></CommonPrefixes>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bench</Name><Prefix>${encode(prefix)}</Prefix><KeyCount>${contents.length}</KeyCount><MaxKeys>${PAGE}</MaxKeys>${encoding}<IsTruncated>${truncated}</IsTruncated>${next}${contents.join('')}${common.join('')}</ListBucketResult>`
}

const operationOf = (
  { method = 'GET', headers }: IncomingMessage,
  key: string,
  query: URLSearchParams,
): string => {
  if (query.has('tagging')) return method === 'GET' ? 'GetBucketTagging' : 'PutBucketTagging'
  if (query.has('location')) return 'GetBucketLocation'
  if (query.has('delete')) return 'DeleteObjects'
  if (key === '') return method === 'GET' ? 'ListObjects' : method === 'HEAD' ? 'HeadBucket' : 'CreateBucket'
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject'
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? method
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string | Buffer
}

const put = (key: string, request: IncomingMessage, sent: Buffer): Answer => {
  const body = String(request.headers['x-amz-content-sha256']).startsWith('STREAMING')
    ? unchunked(sent)
    : sent
  const etag = createHash('md5').update(body).digest('hex')
  if (!objects.has(key)) sorted = null
  objects.set(key, {
    etag,
    size: body.length,
    modified: new Date(Math.floor(Date.now() / 1000) * 1000),
    headers: storedHeaders(request),
    body: KEPT_BYTES.test(key) ? body : null,
  })
  return { status: 200, headers: { etag: `"${etag}"` } }
}

const copy = (key: string, request: IncomingMessage): Answer => {
  const from = decodeURIComponent(String(request.headers['x-amz-copy-source'])).replace(/^\/?[^/]+\//, '')
  const source = objects.get(from)
  if (source === undefined) return missing
  const replaces = request.headers['x-amz-metadata-directive'] === 'REPLACE'
  if (!objects.has(key)) sorted = null
  objects.set(key, {
    ...source,
    modified: new Date(),
    headers: replaces ? storedHeaders(request) : source.headers,
  })
  return {
    status: 200,
    body: `<CopyObjectResult><ETag>&quot;${source.etag}&quot;</ETag><LastModified>${new Date().toISOString()}</LastModified></CopyObjectResult>`,
  }
}

const missing: Answer = {
  status: 404,
  body: '<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>',
}

const answerTo = (
  operation: string,
  key: string,
  request: IncomingMessage,
  query: URLSearchParams,
  body: Buffer,
): Answer => {
  const object = objects.get(key)
  switch (operation) {
    case 'ListObjects':
      return { status: 200, body: listed(query) }
    case 'GetBucketTagging':
      return tagging === null
        ? { status: 404, body: '<Error><Code>NoSuchTagSet</Code><Message>none</Message></Error>' }
        : { status: 200, body: tagging }
    case 'PutBucketTagging':
      tagging = body.toString('utf8')
      return { status: 204 }
    case 'GetBucketLocation':
      return { status: 200, body: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>' }
    case 'PutObject':
      return put(key, request, body)
    case 'CopyObject':
      return copy(key, request)
    case 'DeleteObject':
      if (objects.delete(key)) sorted = null
      return { status: 204 }
    case 'GetObject':
    case 'HeadObject':
      if (object === undefined) return missing
      return {
        status: 200,
        headers: {
          ...object.headers,
          etag: `"${object.etag}"`,
          'last-modified': object.modified.toUTCString(),
          'content-length': object.body?.length ?? (operation === 'HeadObject' ? object.size : 0),
        },
        ...(operation === 'GetObject' && object.body !== null && { body: object.body }),
      }
    default:
      return { status: 200 }
  }
}

const serve = (request: IncomingMessage, response: ServerResponse): void => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.once('end', () => {
    const url = new URL(request.url ?? '/', 'http://stub')
    const [, , ...rest] = url.pathname.split('/')
    const key = decodeURIComponent(rest.join('/'))
    const operation = operationOf(request, key, url.searchParams)
    requests.set(operation, (requests.get(operation) ?? 0) + 1)
    const answer = () => {
      const {
        status,
        headers = {},
        body = '',
      } = answerTo(operation, key, request, url.searchParams, Buffer.concat(chunks))
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (delayMs > 0) setTimeout(answer, delayMs)
    else answer()
  })
}

const server = createServer(serve)
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () =>
  process.send?.({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
)
process.on('message', (message: { delayMs: number } | 'empty' | 'forget' | 'requests') => {
  if (message === 'empty') {
    objects.clear()
    sorted = null
    tagging = null
  } else if (message === 'forget') requests.clear()
  else if (message !== 'requests') delayMs = message.delayMs
  process.send?.(Object.fromEntries(requests))
})
process.once('disconnect', () => process.exit())
