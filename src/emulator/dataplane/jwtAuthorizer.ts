import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'

/** What a route asks of a token. */
export interface JwtDemand {
  readonly issuer: string
  readonly audience: readonly string[]
  /** One of these, when there are any. */
  readonly scopes: readonly string[]
}

/** What the function behind the route learns of a token that was let through. */
export interface JwtGrant {
  readonly claims: Readonly<Record<string, string>>
  readonly scopes: readonly string[] | null
}

/** `why`: as the answer's `www-authenticate` tells it. */
export type JwtVerdict = { readonly grant: JwtGrant } | { readonly status: 401 | 403; readonly why: string }

export type JwtJudge = (token: string, demand: JwtDemand, nowMs: number) => Promise<JwtVerdict>

/** API Gateway knows no others. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512']
const KEYS_FOR_MS = 2 * 3_600_000

/**
 * Checks tokens against the keys their issuer publishes (API Gateway guide, "Control access to HTTP APIs with JWT
 * authorizers in API Gateway"), which are asked for once in two hours.
 */
export const openJwtAuthorizer = (): JwtJudge => {
  const known = new Map<string, JWTVerifyGetKey>()

  const keysOf = async (issuer: string): Promise<JWTVerifyGetKey> => {
    const held = known.get(issuer)
    if (held !== undefined) return held
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const { jwks_uri } = (await answer.json()) as { jwks_uri: string }
    const keys = createRemoteJWKSet(new URL(jwks_uri), { cacheMaxAge: KEYS_FOR_MS })
    known.set(issuer, keys)
    return keys
  }

  return async (token, { issuer, audience, scopes }, nowMs) => {
    const currentDate = new Date(nowMs)
    const rules = { issuer, algorithms: ALGORITHMS, requiredClaims: ['exp'], currentDate }
    try {
      const { payload } = await jwtVerify(token, await keysOf(issuer), rules)
      if (!isFor(payload, audience)) return refused('the token is for another audience')
      if ((payload.iat ?? 0) * 1000 > nowMs) return refused('the token was issued in the future')
      const held = scopesIn(payload)
      if (scopes.length > 0 && !scopes.some(scope => held?.includes(scope)))
        return { status: 403, why: 'error="insufficient_scope"' }
      return { grant: { claims: claimsIn(payload), scopes: held } }
    } catch (error) {
      if (error instanceof errors.JOSEError) return refused(error.message)
      return refused(`the keys of ${issuer} cannot be read`)
    }
  }
}

const refused = (why: string): JwtVerdict => ({
  status: 401,
  why: `error="invalid_token" error_description="${why.replace(/"/g, "'")}"`,
})

/** `client_id` counts where there is no `aud`, as in the access tokens of Cognito. */
const isFor = ({ aud, client_id }: JWTPayload, audience: readonly string[]): boolean =>
  [aud ?? client_id].flat().some(one => audience.includes(String(one)))

const scopesIn = ({ scope, scp }: JWTPayload): string[] | null => {
  const told = scope ?? scp
  if (Array.isArray(told)) return told.map(String)
  return typeof told === 'string' ? told.split(' ').filter(Boolean) : null
}

/** All are text, lists in brackets. */
const claimsIn = (payload: JWTPayload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(' ')}]`
        : typeof value === 'object'
          ? JSON.stringify(value)
          : `${value}`,
    ]),
  )
