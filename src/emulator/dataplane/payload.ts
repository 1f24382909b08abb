import type { JwtGrant } from './jwtAuthorizer.ts'

/** A request that reached an API and the route it matched. */
export interface ApiRequest {
  readonly account: string
  readonly api: string
  readonly region: string
  readonly stage: string
  readonly stageVariables: Readonly<Record<string, string>>
  readonly routeKey: string
  readonly pathParameters: Record<string, string> | null
  /** What the route's authorizer learned; null when it has none. */
  readonly grant: JwtGrant | null
  readonly method: string
  /** With the stage's name in front when it has one. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
  readonly body: Uint8Array
  readonly sourceIp: string
  readonly requestId: string
  /** Epoch milliseconds. */
  readonly now: number
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2020:19:03:58 +0000` */
const commonLogTime = (time: number): string => {
  const [date = '', clock = ''] = new Date(time).toISOString().split(/[T.]/)
  const [year, month, day] = date.split('-')
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`
}

const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const all: Record<string, string> = {}
  for (const [name, value] of pairs) all[name] = name in all ? `${all[name]},${value}` : value
  return all
}

/** Text types travel as they are; everything else as base64, forms among it. */
const isText = (type: string): boolean =>
  /^(text\/.*|application\/(.*\+)?(json|xml)|application\/javascript)$/i.test(
    type.split(';')[0]?.trim() ?? '',
  )

const bodyOf = (body: Uint8Array, type: string) => {
  if (body.length === 0) return { isBase64Encoded: false }
  const isBase64Encoded = !isText(type)
  return { body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

/**
 * The event of payload format 2.0 (API Gateway guide: "Create AWS Lambda proxy integrations for HTTP APIs"): header names
 * in lower case, what is twice joined by a comma, absent maps left out.
 */
export const payloadOf = (request: ApiRequest): object => {
  const { cookie, ...rest } = request.headers
  const cookies = cookie === undefined ? [] : String(cookie).split(/; */)
  const headers = joined(
    Object.entries(rest).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(',')] as const],
    ),
  )
  const query = joined(new URLSearchParams(request.query))
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: { 'x-forwarded-for': request.sourceIp, 'x-forwarded-proto': 'http', ...headers },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: request.account,
      apiId: request.api,
      ...(request.grant && { authorizer: { jwt: request.grant } }),
      domainName: `${request.api}.execute-api.${request.region}.amazonaws.com`,
      domainPrefix: request.api,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: request.stage,
      time: commonLogTime(request.now),
      timeEpoch: request.now,
    },
    ...(request.pathParameters && { pathParameters: request.pathParameters }),
    ...(Object.keys(request.stageVariables).length > 0 && { stageVariables: request.stageVariables }),
    ...bodyOf(request.body, headers['content-type'] ?? ''),
  }
}
