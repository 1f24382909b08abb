import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { challengeIn } from './challenge.ts'
import { bodyOf, closeAgents, exchange, openAgents } from './exchange.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

export interface Asked {
  readonly headers?: OutgoingHttpHeaders
  /** A function when it may have to be sent again. */
  readonly body?: Uint8Array | (() => Promise<AsyncIterable<Uint8Array>>)
  /** What the token must allow: `repository:app:pull,push`. */
  readonly scope: string
  /** Streams are not sent again by themselves: whoever sends one knows how to go on. */
  readonly once?: true
}

/** A registry that speaks the OCI distribution protocol. */
export interface Registry {
  readonly host: string
  /** Asks for `path` (or an absolute URL it gave); logs in as it demands. Answers whatever status comes. */
  ask(method: string, path: string, asked: Asked): Promise<IncomingMessage>
  /** Requests so far, those for tokens included. */
  readonly requests: () => number
  close(): void
}

export interface RegistryOptions {
  readonly host: string
  readonly credentials: Credentials | null
  readonly signal: AbortSignal
}

const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200
const MAX_SOCKETS = 8
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/

const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** Plain HTTP on this machine, HTTPS everywhere else. Nothing is asked before the first use. */
export const openRegistry = ({ host, credentials, signal }: RegistryOptions): Registry => {
  const agents = openAgents(MAX_SOCKETS)
  const base = `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}`
  const bearers = new Map<string, string>()
  let requests = 0

  const send = async (url: URL, method: string, headers: OutgoingHttpHeaders, body: Asked['body']) => {
    requests++
    const sent = typeof body === 'function' ? await body() : (body ?? null)
    const length = sent === null && method !== 'GET' && method !== 'HEAD' ? { 'content-length': '0' } : {}
    return exchange(url, { method, headers: { ...length, ...headers }, body: sent, signal }, agents)
  }

  const authorization = (scope: string): OutgoingHttpHeaders => {
    const bearer = bearers.get(scope)
    if (bearer !== undefined) return { authorization: `Bearer ${bearer}` }
    return credentials === null ? {} : { authorization: basic(credentials) }
  }

  /** A token for `scope` from the service the registry names (Distribution, "Token Authentication"). */
  const logIn = async (parameters: Readonly<Record<string, string>>, scope: string): Promise<void> => {
    const url = new URL(parameters['realm'] ?? '', base)
    if (parameters['service'] !== undefined) url.searchParams.set('service', parameters['service'])
    url.searchParams.set('scope', parameters['scope'] ?? scope)
    const headers = credentials === null ? {} : { authorization: basic(credentials) }
    const answer = await send(url, 'GET', headers, undefined)
    const text = (await bodyOf(answer)).toString('utf8')
    if (answer.statusCode !== 200)
      throw new UserError(
        `${host} gave no token for ${scope} (${answer.statusCode}).`,
        'Check the credentials for this registry (docker login).',
      )
    const { token, access_token } = JSON.parse(text) as { token?: string; access_token?: string }
    bearers.set(scope, token ?? access_token ?? '')
  }

  const attempt = async (method: string, url: URL, asked: Asked): Promise<IncomingMessage> => {
    const own = url.origin === new URL(base).origin
    const headers = (): OutgoingHttpHeaders => ({
      ...asked.headers,
      // Storage that a registry redirects to has its own signature in the URL, and must not learn our secret.
      ...(own ? authorization(asked.scope) : {}),
    })
    const answer = await send(url, method, headers(), asked.body)
    const challenge =
      answer.statusCode === 401 && own ? challengeIn(answer.headers['www-authenticate']) : undefined
    if (challenge?.scheme !== 'bearer') return answer
    answer.resume()
    await logIn(challenge.parameters, asked.scope)
    return send(url, method, headers(), asked.body)
  }

  return {
    host,
    requests: () => requests,
    close: () => closeAgents(agents),
    async ask(method, path, asked) {
      const url = new URL(path, base)
      for (let tried = 1; ; tried++) {
        try {
          const answer = await attempt(method, url, asked)
          const busy = answer.statusCode === 429 || (answer.statusCode ?? 0) >= 500
          if (!busy || tried === ATTEMPTS || asked.once) return answer
          answer.resume()
        } catch (error) {
          if (error instanceof UserError || signal.aborted || asked.once) throw error
          if (tried === ATTEMPTS) throw unreachable(host, error)
        }
        await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random()), undefined, { signal })
      }
    },
  }
}

const unreachable = (host: string, cause: unknown): UserError =>
  new UserError(
    `The registry ${host} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}.`,
    'Check the name and the network, then run the same command again.',
    { cause },
  )
