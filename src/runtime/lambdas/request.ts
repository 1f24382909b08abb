import type { HttpEvent } from './http.ts'

const ACTIONS = ['start', 'ping', 'status'] as const
export type Action = (typeof ACTIONS)[number]

/** What somebody wants, and who that is. */
export interface Request {
  readonly action: Action
  readonly by: string
}

/** Why a request is not understood. */
export interface Misunderstood {
  readonly statusCode: number
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
}

const METHODS = 'GET, POST'
const LONGEST_QUERY = 1024

const isAction = (text: unknown): text is Action => (ACTIONS as readonly unknown[]).includes(text)

const misunderstood = (
  statusCode: number,
  message: string,
  headers: Record<string, string> = {},
): Misunderstood => ({ statusCode, message, headers })

/** Reads a request of the API. Parameters that are not known are let be: pages add some against caches. */
export const requestOf = (event: HttpEvent): Request | Misunderstood => {
  const { method } = event.requestContext.http
  if (method !== 'GET' && method !== 'POST')
    return misunderstood(405, `${method} is not understood here. Use GET or POST.`, { allow: METHODS })
  if ((event.rawQueryString ?? '').length > LONGEST_QUERY)
    return misunderstood(414, `The query is longer than ${LONGEST_QUERY} characters.`)
  const action = event.queryStringParameters?.['action'] ?? 'start'
  if (!isAction(action))
    return misunderstood(
      400,
      `There is no such action. Use ${ACTIONS.map(name => `action=${name}`).join(', ')}.`,
    )
  return { action, by: visitor(event) }
}

/** Reads a direct invocation, `{ "action": "start", "by": "…" }`: IAM has let it through. Null: it is none. */
export const directRequest = (event: unknown): Request | null => {
  const { action, by } = (event ?? {}) as { action?: unknown; by?: unknown }
  if (!isAction(action)) return null
  return { action, by: shown(typeof by === 'string' ? by : 'a direct invocation') }
}

/** Who asks, as the dashboard tells it: the token's subject if there is one, address and program. */
const visitor = ({ requestContext: { http, authorizer } }: HttpEvent): string => {
  const { sub } = authorizer?.jwt?.claims ?? {}
  return shown([typeof sub === 'string' ? sub : '', http.sourceIp ?? '', http.userAgent ?? ''].join(' '))
}

const shown = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200)
