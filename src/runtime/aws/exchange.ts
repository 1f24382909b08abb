import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { Readable } from 'node:stream'

/** Bytes that are opened anew for every attempt. */
export interface StreamBody {
  readonly open: () => Readable
  readonly bytes: number
  /** Hex. The receiver refuses other bytes. */
  readonly sha256: string
}

export type Body = string | StreamBody

export interface Exchange {
  readonly origin: URL
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Body
  /** Of silence, while connecting and later. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** A server that says nothing to `Expect: 100-continue` gets the body all the same. */
const CONTINUE_AFTER_MS = 1_000

/** One request over HTTP or HTTPS; resolves with the head of the answer, whose body must then be read. */
export const exchange = ({ origin, method, path, headers, body, timeoutMs, signal }: Exchange) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const ask = origin.protocol === 'http:' ? overHttp : overHttps
    const { hostname, port } = origin
    const asking = ask({ hostname, port, method, path, headers, timeout: timeoutMs, signal })
    asking.on('response', resolve)
    asking.on('error', reject)
    asking.on('timeout', () =>
      asking.destroy(Object.assign(new Error(`${hostname} is silent`), { code: 'ETIMEDOUT' })),
    )
    if (typeof body === 'string') asking.end(body)
    else sendStream(asking, body)
  })

/** Waits for leave to send, so that a refusal comes before the bytes and not in the midst of them. */
const sendStream = (asking: ReturnType<typeof overHttp>, body: StreamBody): void => {
  let sent = false
  const send = () => {
    if (sent) return
    sent = true
    clearTimeout(timer)
    const bytes = body.open()
    bytes.on('error', error => asking.destroy(error))
    asking.on('close', () => bytes.destroy())
    bytes.pipe(asking)
  }
  const timer = setTimeout(send, CONTINUE_AFTER_MS)
  const keep = () => {
    sent = true
    clearTimeout(timer)
  }
  asking.on('continue', send)
  asking.on('response', keep)
  asking.on('close', keep)
  asking.flushHeaders()
}
