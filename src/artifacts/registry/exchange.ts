import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'

/** What goes out with a request. A stream is read as fast as the connection takes it. */
export interface Outgoing {
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
  readonly signal: AbortSignal
}

export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/** Connections that are used again; as many as `maxSockets` to one host. */
export const openAgents = (maxSockets: number): Agents => {
  const options = { keepAlive: true, maxSockets }
  return { http: new http.Agent(options), https: new https.Agent(options) }
}

export const closeAgents = (agents: Agents): void => {
  agents.http.destroy()
  agents.https.destroy()
}

/** One request and the head of its answer, whose body is still to be read. Rejects when the connection fails. */
export const exchange = async (url: URL, outgoing: Outgoing, agents: Agents): Promise<IncomingMessage> => {
  const { method, headers, body, signal } = outgoing
  const secure = url.protocol === 'https:'
  const request = (secure ? https : http).request(url, {
    method,
    headers,
    signal,
    agent: secure ? agents.https : agents.http,
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  // An answer that comes before the whole body is sent (a refusal) ends the sending.
  answered.catch(() => {})
  if (body === null || body instanceof Uint8Array) request.end(body ?? undefined)
  else {
    const sending = (async () => {
      let refused = false
      request.once('response', () => (refused = true))
      for await (const chunk of body) {
        if (refused || request.destroyed) return
        if (!request.write(chunk)) await drained(request)
      }
      request.end()
    })()
    await Promise.race([sending.then(() => answered), answered]).catch(error => {
      request.destroy()
      throw error
    })
  }
  return answered
}

const drained = (request: http.ClientRequest): Promise<void> =>
  new Promise(resolve => {
    const go = () => {
      for (const event of ['drain', 'close', 'response']) request.off(event, go)
      resolve()
    }
    for (const event of ['drain', 'close', 'response']) request.once(event, go)
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
