import http, { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type https from 'node:https'

/** What goes out with a request. A stream is read as fast as the connection takes it. */
export interface Outgoing {
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  /** A chunk of a stream may be overwritten once the next one is asked for. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
  readonly signal: AbortSignal
}

/** The connections to one origin and those it redirects to; used again, and closed when they lie idle. */
export interface Connections {
  request(url: URL, options: http.RequestOptions): ClientRequest
  close(): void
}

const IDLE_CONNECTION_MS = 15_000
/** Registries write and hash a large layer before they answer. */
const SILENCE_MS = 180_000

/** As many as `maxSockets` to one host. An idle one keeps no process alive. */
export const openConnections = (maxSockets: number): Connections => {
  const options = { keepAlive: true, maxSockets, timeout: IDLE_CONNECTION_MS }
  const plain = new http.Agent(options)
  let secure: { module: typeof https; agent: https.Agent } | null = null
  const opened = () => {
    // TLS costs ten milliseconds to load: nobody pays who speaks to a registry on this machine.
    const module = process.getBuiltinModule('node:https')
    return { module, agent: new module.Agent(options) }
  }
  return {
    request(url, options) {
      if (url.protocol === 'http:') return http.request(url, { ...options, agent: plain })
      secure ??= opened()
      return secure.module.request(url, { ...options, agent: secure.agent })
    },
    close() {
      plain.destroy()
      secure?.agent.destroy()
    },
  }
}

/** One request and the head of its answer, whose body is still to be read. Rejects when the connection fails. */
export const exchange = async (
  url: URL,
  { method, headers, body, signal }: Outgoing,
  connections: Connections,
): Promise<IncomingMessage> => {
  const request = connections.request(url, { method, headers, signal })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    // Not once: what happens to the connection after the answer is nobody's fault.
    request.on('error', reject)
  })
  answered.catch(() => {})
  request.setTimeout(SILENCE_MS, () =>
    request.destroy(Object.assign(new Error('the connection fell silent'), { code: 'ETIMEDOUT' })),
  )
  if (body === null || body instanceof Uint8Array) {
    request.end(body ?? undefined)
    return answered
  }
  const sending = send(request, body)
  try {
    return await Promise.race([sending.then(() => answered), answered])
  } catch (error) {
    request.destroy()
    throw error
  } finally {
    sending.catch(() => {})
  }
}

/** An answer that comes before the whole body is sent is a refusal: it ends the sending, and the connection with it. */
const send = async (request: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> => {
  let over = false
  const ended = new Promise<void>(resolve => {
    const end = () => {
      over = true
      resolve()
    }
    request.once('close', end)
    request.once('response', answer => {
      if (!request.writableEnded) answer.once('close', () => request.destroy())
      end()
    })
  })
  for await (const chunk of body) {
    if (over) return
    await Promise.race([written(request, chunk), ended])
  }
  if (!over) request.end()
}

const written = (request: ClientRequest, chunk: Uint8Array): Promise<void> =>
  new Promise(resolve => {
    // A failed write ends the request, which says so by itself.
    request.write(chunk, () => resolve())
  })

/** An answer's body, whole. Manifests and errors are small; `most` bytes are enough for them. */
export const bodyOf = async (answer: IncomingMessage, most = 8 << 20): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new Error(`an answer of more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const LOST =
  /^(ECONN|EPIPE|ETIMEDOUT|EAI_|ENOTFOUND|EHOST|ENET|ENETUNREACH|EPROTO|HPE_|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/

/** Whether it was the connection that failed, not somebody's disk or our code. */
export const isConnectionError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && LOST.test(String(error.code))

/** What no second try mends: a name that does not exist, a certificate nobody trusts. */
export const isHopeless = (error: unknown): boolean =>
  isConnectionError(error) && !/^(ECONN|EPIPE|ETIMEDOUT|EAI_|ENET|EHOST|HPE_|ERR_STREAM)/.test(error.code)
