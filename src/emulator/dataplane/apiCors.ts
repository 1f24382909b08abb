import type { IncomingHttpHeaders } from 'node:http'
import type { Cors } from '@aws-sdk/client-apigatewayv2'
import type { ApiAnswer } from './apiAnswer.ts'

/** `names`: the origin's other names, which are as good as its own. */
const originHeaders = (
  cors: Cors,
  origin: string,
  names: readonly string[],
): Record<string, string> | null => {
  const allowed = cors.AllowOrigins ?? []
  const fits = (name: string): boolean =>
    ['*', name, name.replace(/:\/\/.*$/, '://*')].some(one => allowed.includes(one))
  if (![origin, ...names].some(fits)) return null
  return {
    'access-control-allow-origin': allowed.includes('*') ? '*' : origin,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  }
}

/** The API's own answer to a preflight; null when the request is none. Strangers get no headers, and so no leave. */
export const preflight = (
  cors: Cors,
  method: string,
  headers: IncomingHttpHeaders,
  names: readonly string[],
): ApiAnswer | null => {
  if (method !== 'OPTIONS' || !headers.origin || !headers['access-control-request-method']) return null
  const origin = originHeaders(cors, headers.origin, names)
  return {
    status: 204,
    headers: origin
      ? {
          ...origin,
          ...(cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
          ...(cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
          ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
        }
      : {},
    body: '',
  }
}

/** An answer with the API's CORS headers instead of the function's own. */
export const withCors = (
  answer: ApiAnswer,
  cors: Cors,
  origin: string | undefined,
  names: readonly string[],
): ApiAnswer => {
  const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'))
  const own = origin === undefined ? null : originHeaders(cors, origin, names)
  return {
    ...answer,
    headers: {
      ...Object.fromEntries(kept),
      ...own,
      ...(own && cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    },
  }
}
