import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Answer, S3Request } from '../resource.ts'
import { httpHead } from './httpHead.ts'
import { keptConnections } from './keptConnections.ts'
import { pour } from './pour.ts'
import { s3Fault } from './s3Fault.ts'
import { type Keys, s3Signer } from './signS3.ts'

export interface LeanS3Options {
  readonly region: string
  readonly partition: string
  /** Null: AWS itself, the bucket in the host's name. A custom endpoint has it in the path. */
  readonly endpoint: string | null
  /** Asked now and then: whoever knows how to renew them does so in time. */
  keys(): Promise<Keys>
  readonly maxAttempts: number
  count(operation: string): void
}

const MAX_SOCKETS = 128
const IDLE_MS = 60_000
/** The SDK renews credentials minutes before they end; asking it each time costs as much as signing. */
const KEYS_FOR_MS = 30_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** S3 gave up waiting for a body; everything else below 500 is our own fault. */
const RETRIED = new Set(['RequestTimeout', 'SlowDown', 'Throttling', 'TooManyRequests'])

/** Every byte that is not unreserved (RFC 3986), percent-encoded; the signature demands it. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const pathOf = (key: string): string => `/${key.split('/').map(encoded).join('/')}`

/**
 * S3 by signed requests over connections that are used again. Bodies are not hashed for the signature; whoever sends
 * one adds `content-md5`, which S3 compares (S3 API Reference, "PutObject").
 */
export const leanS3 = (options: LeanS3Options) => {
  const { region, endpoint } = options
  const base = endpoint === null ? null : new URL(endpoint)
  const suffix = options.partition === 'aws-cn' ? '.cn' : ''
  const secure = base === null || base.protocol === 'https:'
  const sign = s3Signer(region)
  const keep = { keepAlive: true, maxSockets: MAX_SOCKETS }
  let agent: http.Agent | null = null
  /** How far S3's clock is ahead of this machine's, as far as that is known to matter. */
  let aheadMs = 0
  let held: { readonly keys: Promise<Keys>; readonly untilMs: number } | null = null

  const keys = (): Promise<Keys> => {
    const nowMs = performance.now()
    if (held === null || held.untilMs < nowMs) held = { keys: options.keys(), untilMs: nowMs + KEYS_FOR_MS }
    const { keys } = held
    keys.catch(() => {
      held = null
    })
    return keys
  }

  const placeOf = (bucket: string, key: string): { host: string; path: string } =>
    base === null
      ? { host: `${bucket}.s3.${region}.amazonaws.com${suffix}`, path: pathOf(key) }
      : {
          host: base.host,
          path: `${base.pathname.replace(/\/$/, '')}/${bucket}${key === '' ? '' : pathOf(key)}`,
        }

  const hosts = new Map<string, { readonly hostname: string; readonly port: string | undefined }>()
  const hostOf = (host: string) => {
    const { hostname, port } = new URL(`${secure ? 'https' : 'http'}://${host}`)
    const parts = { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? undefined : port }
    hosts.set(host, parts)
    return parts
  }

  const quick = new Map<string, ReturnType<typeof keptConnections>>()
  const connectionsTo = (host: string) => {
    const { hostname, port } = hosts.get(host) ?? hostOf(host)
    const made = keptConnections({
      hostname,
      port: Number(port ?? (secure ? 443 : 80)),
      secure,
      most: MAX_SOCKETS,
      idleMs: IDLE_MS,
    })
    quick.set(host, made)
    return made
  }

  /** `first`: a small upload takes the quick way; what fails there is tried again by Node's own client. */
  const attempt = async (asked: S3Request, first: boolean): Promise<S3Answer & { status: number }> => {
    const { method, body } = asked
    const { host, path } = placeOf(asked.bucket, asked.key)
    const query = Object.entries(asked.query)
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
    const headers: Record<string, string | number> = { ...asked.headers, host }
    if (method === 'PUT' || method === 'POST') headers['content-length'] = body === null ? 0 : bytesOf(body)
    const signed = sign({ method, path, query, headers }, await keys(), new Date(Date.now() + aheadMs))
    const whole = query.length === 0 ? path : `${path}?${query.join('&')}`
    if (first && method === 'PUT' && body instanceof Uint8Array) {
      const connections = quick.get(host) ?? connectionsTo(host)
      endWith(asked.signal, connections)
      return connections.send(httpHead(method, whole, signed), body, asked.signal)
    }
    agent ??= secure ? new https.Agent(keep) : new http.Agent(keep)
    const where = hosts.get(host) ?? hostOf(host)
    return exchange({ ...where, method, path: whole, headers: signed, agent }, asked)
  }

  const exchange = (to: https.RequestOptions, { body, signal }: S3Request) =>
    new Promise<S3Answer & { status: number }>((resolve, reject) => {
      const request = (secure ? https : http).request(to, (answer: IncomingMessage) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
          }),
        )
      })
      request.setTimeout(IDLE_MS, () => request.destroy(new Error('S3 went silent')))
      request.once('error', reject)
      const requests = endWith(signal, request)
      request.once('close', () => requests.delete(request))
      if (body === null) request.end()
      else if (body instanceof Uint8Array) request.end(body)
      else void pour(body.open(), request).catch(error => request.destroy(error))
    })

  /** One listener for all requests of a signal: thousands would cost more than the requests. */
  const running = new WeakMap<AbortSignal, Set<Destroyable>>()
  const endWith = (signal: AbortSignal, request: Destroyable): Set<Destroyable> => {
    let requests = running.get(signal)
    if (requests === undefined) {
      const fresh = new Set<Destroyable>()
      const stop = () => {
        for (const each of fresh) each.destroy(signal.reason)
      }
      signal.addEventListener('abort', stop, { once: true })
      running.set(signal, fresh)
      requests = fresh
    }
    return requests.add(request)
  }

  return {
    async send(asked: S3Request): Promise<S3Answer> {
      options.count(asked.operation)
      let clocksDiffered = false
      for (let tried = 1; ; tried++) {
        asked.signal.throwIfAborted()
        let fault: Error
        try {
          const { status, headers, body } = await attempt(asked, tried === 1)
          const failed = s3Fault(asked, status, headers, body)
          if (failed === undefined) return { headers, body }
          fault = failed
          // S3 takes nothing that was signed a quarter of an hour off; the SDK's clients go by its clock then, too.
          if (failed.name === 'RequestTimeTooSkewed' && !clocksDiffered) {
            clocksDiffered = true
            aheadMs = Date.parse(String(headers['date'])) - Date.now() || 0
            continue
          }
          if (status < 500 && status !== 429 && status !== 200 && !RETRIED.has(failed.name)) throw failed
        } catch (error) {
          if (asked.signal.aborted || !isLostConnection(error)) throw error
          fault = error as Error
        }
        if (tried >= options.maxAttempts) throw fault
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tried - 1), LONGEST_PAUSE_MS)
        await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: asked.signal })
      }
    },
    close(): void {
      agent?.destroy()
      for (const connections of quick.values()) connections.close()
    },
  }
}

interface Destroyable {
  destroy(reason: Error): unknown
}

const bytesOf = (body: NonNullable<S3Request['body']>): number =>
  body instanceof Uint8Array ? body.length : body.bytes

/** What the network did, not what S3 or the file system said. */
const isLostConnection = (error: unknown): boolean =>
  error instanceof Error &&
  !('$metadata' in error) &&
  (error.message === 'S3 went silent' ||
    /^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|HPE_)/.test(
      (error as NodeJS.ErrnoException).code ?? '',
    ))
