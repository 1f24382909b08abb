import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { challengeIn } from './challenge.ts'
import { bodyOf, exchange, isConnectionError, isHopeless, openConnections } from './exchange.ts'

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
  /** Sent no second time for a busy registry or a lost connection: whoever streams knows how to go on. */
  readonly once?: true
  /** Ends this request alone. */
  readonly signal?: AbortSignal
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
const LONGEST_PAUSE_MS = 30_000
const MAX_SOCKETS = 8
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/

const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** Whether a registry asks to be left alone for a while, or is out of order for one. */
export const isBusy = ({ statusCode = 0 }: IncomingMessage): boolean =>
  statusCode === 429 || (statusCode >= 500 && statusCode !== 501)

/** How long to leave it alone before try `tried` + 1: as it says, else longer each time. */
export const pauseMs = (tried: number, answer: IncomingMessage | null): number => {
  const wishedMs = Number(answer?.headers['retry-after']) * 1000
  const grownMs = FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random())
  return Math.min(wishedMs > 0 ? wishedMs : grownMs, LONGEST_PAUSE_MS)
}

/** Plain HTTP on this machine, HTTPS everywhere else. Nothing is asked before the first use. */
export const openRegistry = ({ host, credentials, signal }: RegistryOptions): Registry => {
  const connections = openConnections(MAX_SOCKETS)
  const base = `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}`
  const { origin } = new URL(base)
  const bearers = new Map<string, string>()
  const loggingIn = new Map<string, Promise<void>>()
  let requests = 0

  const send = async (url: URL, method: string, asked: Asked): Promise<IncomingMessage> => {
    requests++
    const { headers, body } = asked
    const sent = typeof body === 'function' ? await body() : (body ?? null)
    const length = sent === null && method !== 'GET' && method !== 'HEAD' ? { 'content-length': '0' } : {}
    const either = asked.signal === undefined ? signal : AbortSignal.any([signal, asked.signal])
    return exchange(
      url,
      { method, headers: { ...length, ...headers }, body: sent, signal: either },
      connections,
    )
  }

  /** Tries again what a lost connection or a busy registry spoilt. */
  const persist = async (
    tries: () => Promise<IncomingMessage>,
    { once, signal: own }: Asked,
  ): Promise<IncomingMessage> => {
    for (let tried = 1; ; tried++) {
      let answer: IncomingMessage | null = null
      try {
        answer = await tries()
        if (!isBusy(answer) || tried === ATTEMPTS || once) return answer
        answer.resume()
      } catch (error) {
        if (!isConnectionError(error) || signal.aborted || own?.aborted || once) throw error
        if (tried === ATTEMPTS || isHopeless(error)) throw unreachable(host, error)
      }
      await sleep(pauseMs(tried, answer), undefined, { signal })
    }
  }

  const authorization = (scope: string): OutgoingHttpHeaders => {
    const bearer = bearers.get(scope)
    if (bearer !== undefined) return { authorization: `Bearer ${bearer}` }
    return credentials === null ? {} : { authorization: basic(credentials) }
  }

  /** A token for `scope` from the service the registry names (Distribution, "Token Authentication"). */
  const fetchToken = async (parameters: Readonly<Record<string, string>>, scope: string): Promise<void> => {
    const url = new URL(parameters['realm'] ?? '', base)
    if (parameters['service'] !== undefined) url.searchParams.set('service', parameters['service'])
    for (const one of (parameters['scope'] ?? scope).split(' ')) url.searchParams.append('scope', one)
    const headers = credentials === null ? {} : { authorization: basic(credentials) }
    const asked = { headers, scope }
    const answer = await persist(() => send(url, 'GET', asked), asked)
    const token = tokenIn((await bodyOf(answer)).toString('utf8'))
    if (answer.statusCode !== 200 || token === null)
      throw new UserError(
        `${host} gave no token for ${scope} (${answer.statusCode}).`,
        'Check the credentials for this registry (docker login).',
      )
    bearers.set(scope, token)
  }

  /** Those who find their token used up at the same time fetch one new token. */
  const logIn = (parameters: Readonly<Record<string, string>>, scope: string): Promise<void> => {
    const running =
      loggingIn.get(scope) ?? fetchToken(parameters, scope).finally(() => loggingIn.delete(scope))
    loggingIn.set(scope, running)
    return running
  }

  const attempt = async (method: string, url: URL, asked: Asked): Promise<IncomingMessage> => {
    // Storage that a registry redirects to has its own signature in the URL, and must not learn our secret.
    const own = url.origin === origin
    const authorized = (): Asked => ({
      ...asked,
      headers: { ...asked.headers, ...(own ? authorization(asked.scope) : {}) },
    })
    const used = bearers.get(asked.scope)
    const answer = await send(url, method, authorized())
    const challenge =
      answer.statusCode === 401 && own ? challengeIn(answer.headers['www-authenticate']) : undefined
    if (challenge?.scheme !== 'bearer') return answer
    answer.resume()
    // Somebody else may have fetched a new one meanwhile.
    if (bearers.get(asked.scope) === used) await logIn(challenge.parameters, asked.scope)
    return send(url, method, authorized())
  }

  return {
    host,
    requests: () => requests,
    close: () => connections.close(),
    ask(method, path, asked) {
      const url = new URL(path, base)
      return persist(() => attempt(method, url, asked), asked)
    },
  }
}

const tokenIn = (text: string): string | null => {
  try {
    const { token, access_token } = JSON.parse(text) as { token?: string; access_token?: string }
    return token ?? access_token ?? null
  } catch {
    return null
  }
}

const unreachable = (host: string, cause: Error): UserError =>
  new UserError(
    `The registry ${host} cannot be reached: ${cause.message}.`,
    'Check the name and the network, then run the same command again.',
    { cause },
  )
