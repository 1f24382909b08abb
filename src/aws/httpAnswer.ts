/** An answer as it came over a connection (RFC 9112). */
export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether another request may follow on the same connection. */
  readonly keeps: boolean
}

const HEAD_END = '\r\n\r\n'
const MOST_HEAD_BYTES = 64 << 10

/**
 * The answer at the start of what was received; null while it is not all there. `ended`: nothing more will come.
 * Throws an Error for what is no answer, and for one that ended too early.
 */
export const httpAnswerIn = (received: Buffer, ended: boolean): HttpAnswer | null => {
  const end = received.indexOf(HEAD_END)
  if (end < 0) return unfinished(ended || received.length > MOST_HEAD_BYTES)
  const [first = '', ...lines] = received.toString('latin1', 0, end).split('\r\n')
  const [, version, digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? []
  if (digits === undefined) throw new Error(`not an HTTP answer: ${JSON.stringify(first.slice(0, 80))}`)
  const rest = received.subarray(end + HEAD_END.length)
  const status = Number(digits)
  // Told on the way: the answer itself follows.
  if (status < 200) return httpAnswerIn(rest, ended)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  const body = bodyIn(status, headers, rest, ended)
  if (body === null) return unfinished(ended)
  const told = headers['connection']?.toLowerCase()
  const delimited = headers['content-length'] !== undefined || isChunked(headers) || isBodiless(status)
  return {
    status,
    headers,
    body,
    keeps: delimited && (version === '1' ? told !== 'close' : told === 'keep-alive'),
  }
}

const unfinished = (over: boolean): null => {
  if (over) throw new Error('the connection ended in the middle of an answer')
  return null
}

const isBodiless = (status: number): boolean => status === 204 || status === 304

const isChunked = (headers: HttpAnswer['headers']): boolean =>
  /\bchunked$/i.test(headers['transfer-encoding'] ?? '')

const bodyIn = (
  status: number,
  headers: HttpAnswer['headers'],
  rest: Buffer,
  ended: boolean,
): Buffer | null => {
  if (isBodiless(status)) return rest.subarray(0, 0)
  if (isChunked(headers)) return dechunked(rest)
  const length = headers['content-length']
  if (length === undefined) return ended ? rest : null
  return rest.length < Number(length) ? null : rest.subarray(0, Number(length))
}

/** Null while the last chunk is not there. */
const dechunked = (bytes: Buffer): Buffer | null => {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (Number.isNaN(size)) throw new Error('a chunk without a size')
    const start = lineEnd + 2
    // Behind the last, empty one there may be trailers; an empty line ends it all.
    if (size === 0) return bytes.indexOf('\r\n', start) < 0 ? null : Buffer.concat(parts)
    if (bytes.length < start + size + 2) return null
    parts.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
