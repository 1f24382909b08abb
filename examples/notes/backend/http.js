const LARGEST_BODY = 64 * 1024

/** An answer that says no. */
export class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** Reads a JSON body, and no more of it than is allowed. */
export const readJson = async request => {
  const type = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase()
  if (type !== 'application/json') throw new Refusal(415, 'Send application/json.')
  // The rest of a body that nobody reads would be taken for the next request.
  const tooLarge = new Refusal(413, `A body has at most ${LARGEST_BODY} bytes.`, { connection: 'close' })
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw tooLarge
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LARGEST_BODY) throw tooLarge
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new Refusal(400, 'The body is not JSON.')
  }
}

/** What lets pages of the site read answers, and ask first where browsers insist. */
export const crossOrigin = (request, site) => ({
  'access-control-allow-origin': site,
  ...(site !== '*' && { vary: 'Origin' }),
  ...(request.method === 'OPTIONS' && {
    'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  }),
})

/** Sends JSON, or nothing when there is no body. */
export const send = (request, response, status, body, headers = {}) => {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
