import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsError, type Call, type Invoked } from '../service.ts'
import {
  apisOf,
  authorizersOf,
  deploymentsOf,
  type IntegrationRow,
  integrationsOf,
  type RouteRow,
  routesOf,
  type StageRow,
  stagesOf,
} from '../services/apigateway/rows.ts'
import { lookUpFunction } from '../services/lambda/functionRow.ts'
import { type ApiAnswer, answerOf, internalServerError, message } from './apiAnswer.ts'
import { preflight, withCors } from './apiCors.ts'
import type { JwtGrant, JwtJudge } from './jwtAuthorizer.ts'
import { matchRoute } from './matchRoute.ts'
import { mayInvoke } from './mayInvoke.ts'
import { type ApiRequest, payloadOf } from './payload.ts'
import { tokenIn } from './tokenIn.ts'

/** The stage a path names with its first segment, or `$default`; and the path that routes see. */
const stageOf = (call: Call, api: string, path: string): { stage: StageRow; path: string } | null => {
  const [, first = '', ...rest] = path.split('/')
  const named = first === '$default' ? undefined : stagesOf(call, api).get(first)
  if (named) return { stage: named, path: `/${rest.join('/')}` }
  const fallback = stagesOf(call, api).get('$default')
  return fallback ? { stage: fallback, path } : null
}

interface Served {
  routes: RouteRow[]
  integrations: IntegrationRow[]
}

const NOTHING: Served = { routes: [], integrations: [] }

/** What the stage's deployment serves: frozen, or as it stands. */
const deployed = (call: Call, api: string, stage: StageRow): Served => {
  const deployment = deploymentsOf(call, api).get(stage.deployment ?? '')
  if (!deployment) return NOTHING
  return (
    deployment.frozen ?? {
      routes: routesOf(call, api).values(),
      integrations: integrationsOf(call, api).values(),
    }
  )
}

/** A limit of 0 refuses everything; other limits are best effort in AWS and none here. */
const isThrottled = (stage: StageRow, routeKey: string): boolean => {
  const { ThrottlingBurstLimit, ThrottlingRateLimit } = {
    ...stage.defaults,
    ...stage.routeSettings[routeKey],
  }
  return ThrottlingBurstLimit === 0 || ThrottlingRateLimit === 0
}

/** What the route's authorizer says: an answer that refuses, or what it lets the function know. */
const authorize = async (
  route: RouteRow,
  headers: IncomingMessage['headers'],
  query: string,
  { call, judge }: Around,
  api: string,
): Promise<{ refused: ApiAnswer } | { grant: JwtGrant | null }> => {
  const { AuthorizationType = 'NONE', AuthorizerId = '', AuthorizationScopes = [] } = route
  if (AuthorizationType === 'NONE') return { grant: null }
  if (AuthorizationType === 'AWS_IAM') return { refused: message(403, 'Forbidden') }
  const held = authorizersOf(call, api).get(AuthorizerId)
  const token = tokenIn(held?.IdentitySource?.[0] ?? '', headers, query)
  if (held === undefined || token === null) return { refused: challenge(401, '') }
  const { Issuer: issuer = '', Audience: audience = [] } = held.JwtConfiguration ?? {}
  const verdict = await judge(token, { issuer, audience, scopes: AuthorizationScopes }, call.now)
  return 'grant' in verdict ? verdict : { refused: challenge(verdict.status, ` ${verdict.why}`) }
}

const challenge = (status: 401 | 403, why: string): ApiAnswer => {
  const answer = message(status, status === 401 ? 'Unauthorized' : 'Forbidden')
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': `Bearer${why}` } }
}

const invoke = async (
  call: Call,
  integration: IntegrationRow | undefined,
  request: ApiRequest,
  sourceArn: string,
): Promise<ApiAnswer> => {
  if (!integration) return internalServerError()
  if (integration.IntegrationType !== 'AWS_PROXY' || integration.PayloadFormatVersion !== '2.0')
    return message(501, 'The embedded AWS serves Lambda integrations of payload format 2.0 only')
  const name = /:function:([\w-]+)/.exec(integration.IntegrationUri ?? '')?.[1] ?? ''
  const row = lookUpFunction(call, name)
  const allowed =
    integration.CredentialsArn !== undefined ||
    (row && mayInvoke(row, call.account, sourceArn, 'apigateway.amazonaws.com'))
  if (!row || !allowed) return internalServerError()
  const late = new AbortController()
  try {
    const invoked = await Promise.race<Invoked | null>([
      call.invoke(name, JSON.stringify(payloadOf(request))),
      pause(integration.TimeoutInMillis ?? 30_000, null, { signal: late.signal, ref: false }),
    ])
    if (invoked === null) return message(503, 'Service Unavailable')
    return invoked.failed ? internalServerError() : answerOf(invoked.payload)
  } catch (error) {
    // Lambda refused: too many run already, or it is none it can run.
    if (error instanceof AwsError)
      return error.status === 429 ? message(503, 'Service Unavailable') : internalServerError()
    throw error
  } finally {
    late.abort()
  }
}

/** What an API stands in. */
interface Around {
  /** One of service `apigateway`, one of `lambda`, both in its region. */
  readonly call: Call
  readonly lambda: Call
  /** The origins beside its own that the browser's page may stand for. */
  readonly names: readonly string[]
  readonly judge: JwtJudge
}

/** A request of the HTTP API's data plane. */
export const serveApi = async (api: string, request: IncomingMessage, around: Around): Promise<ApiAnswer> => {
  const { call, lambda, names } = around
  const row = apisOf(call).get(api)
  const method = request.method ?? 'GET'
  const { headers } = request
  const [fullPath = '/', ...rest] = (request.url ?? '/').split('?')
  const query = rest.join('?')
  const requestId = `${randomBytes(11).toString('base64url').slice(0, 15)}=`
  const tagged = (answer: ApiAnswer): ApiAnswer => ({
    ...answer,
    headers: { ...answer.headers, 'apigw-requestid': requestId },
  })
  if (!row || row.endpointDisabled) return tagged(message(404, 'Not Found'))
  const shown = (answer: ApiAnswer): ApiAnswer =>
    tagged(row.cors ? withCors(answer, row.cors, headers.origin, names) : answer)

  const staged = stageOf(call, api, fullPath)
  const { routes, integrations } = staged ? deployed(call, api, staged.stage) : NOTHING
  const matched = staged && matchRoute(routes, method, staged.path)
  // A guarded route of any method takes preflights too, and they bring no token.
  const guarded = (matched?.route.AuthorizationType ?? 'NONE') !== 'NONE'
  const preflighted = row.cors && !guarded && preflight(row.cors, method, headers, names)
  if (preflighted) return tagged(preflighted)
  if (!staged || !matched) return shown(message(404, 'Not Found'))
  const { stage } = staged
  const { route, pathParameters } = matched
  if (isThrottled(stage, route.RouteKey)) return shown(message(429, 'Too Many Requests'))
  const authorized = await authorize(route, headers, query, around, api)
  if ('refused' in authorized) return shown(authorized.refused)

  const [, pattern] = route.RouteKey.split(' ')
  const resource = pattern === undefined ? '$default' : `${method}${pattern}`
  const integration = integrations.find(
    ({ IntegrationId }) => route.Target === `integrations/${IntegrationId}`,
  )
  const asked: ApiRequest = {
    account: call.account,
    api,
    region: call.region,
    stage: stage.name,
    stageVariables: stage.variables,
    routeKey: route.RouteKey,
    pathParameters,
    grant: authorized.grant,
    method,
    path: fullPath,
    query,
    headers,
    body: await buffer(request),
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    requestId,
    now: call.now,
  }
  const sourceArn = `arn:aws:execute-api:${call.region}:${call.account}:${api}/${stage.name}/${resource}`
  return shown(await invoke(lambda, integration, asked, sourceArn))
}
