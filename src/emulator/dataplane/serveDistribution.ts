import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DefaultCacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront'
import type { Call } from '../service.ts'
import {
  type Distribution,
  distributionArn,
  distributions,
  functionArn,
  functions,
} from '../services/cloudfront/state.ts'
import type { WireResponse } from '../wire/protocol.ts'
import { type EdgeRequest, type EdgeResponse, runEdgeFunction } from './edgeFunction.ts'
import { arnLike } from './mayInvoke.ts'
import { errorXml, readOrigin } from './readOrigin.ts'

/** The edges serve the former configuration until the new one has reached them. */
const servedConfig = ({ config, previous, deployedAt }: Distribution, now: number): DistributionConfig =>
  previous !== null && now < deployedAt ? previous : config

const behaviorFor = (config: DistributionConfig, uri: string): DefaultCacheBehavior | undefined =>
  config.CacheBehaviors?.Items?.find(({ PathPattern = '' }) =>
    arnLike(PathPattern.replace(/^(?!\/|\*)/, '/'), uri),
  ) ?? config.DefaultCacheBehavior

const edgeRequest = (request: IncomingMessage, uri: string, query: string): EdgeRequest => {
  const querystring: EdgeRequest['querystring'] = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const held = querystring[name]
    if (held) held.multiValue = [...(held.multiValue ?? [{ value: held.value }]), { value }]
    else querystring[name] = { value }
  }
  const { cookie, ...rest } = request.headers
  const headers = Object.entries(rest).map(([name, value]) => [name, { value: String(value) }])
  const cookies = (cookie?.split(/; */) ?? []).map(pair => {
    const [name = '', ...value] = pair.split('=')
    return [name, { value: value.join('=') }]
  })
  return {
    method: request.method ?? 'GET',
    uri,
    querystring,
    headers: Object.fromEntries(headers),
    cookies: Object.fromEntries(cookies),
  }
}

/** What the behaviour's viewer-request function makes of the request; without one, the request. */
const atTheEdge = (
  call: Call,
  distribution: Distribution,
  behavior: DefaultCacheBehavior,
  request: EdgeRequest,
  ip: string,
): EdgeRequest | EdgeResponse => {
  const used = behavior.FunctionAssociations?.Items?.find(({ EventType }) => EventType === 'viewer-request')
  if (!used) return request
  const code = functions(call)
    .values()
    .find(row => functionArn(call, row.name) === used.FunctionARN)?.live?.code
  if (code === undefined) return request
  const context = {
    distributionDomainName: distribution.domain,
    distributionId: distribution.id,
    eventType: 'viewer-request',
    requestId: randomUUID(),
  }
  return runEdgeFunction(Buffer.from(code, 'base64').toString('utf8'), {
    version: '1.0',
    context,
    viewer: { ip },
    request,
  })
}

const told = ({ statusCode, headers = {}, body = '' }: EdgeResponse): WireResponse => ({
  status: statusCode,
  headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
  body:
    typeof body === 'string' ? body : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8'),
})

const refused = (status: number, text: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ERROR</h1><p>${text}</p></body></html>\n`,
})

/** A viewer's request to a distribution. Nothing is cached, and plain http is as good as https: loopback has no certificate. */
export const serveDistribution = async (
  id: string,
  request: IncomingMessage,
  callOf: (service: string, region: string) => Call,
): Promise<WireResponse> => {
  const call = callOf('cloudfront', 'us-east-1')
  const distribution = distributions(call).get(id)
  if (!distribution) return refused(403, 'Bad request.')
  const config = servedConfig(distribution, call.now)
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  const behavior = behaviorFor(config, path)
  if (config.Enabled === false || !behavior) return refused(403, 'The distribution is not enabled.')
  const method = request.method ?? 'GET'
  if (method !== 'GET' && method !== 'HEAD')
    return refused(403, 'This distribution is not configured to allow the HTTP request method.')
  const ip = request.socket.remoteAddress ?? '127.0.0.1'

  let edge: EdgeRequest | EdgeResponse
  try {
    edge = atTheEdge(call, distribution, behavior, edgeRequest(request, path, query.join('?')), ip)
  } catch (error) {
    return refused(503, `The CloudFront function returned an invalid value or failed: ${String(error)}`)
  }
  if ('statusCode' in edge) return told(edge)

  const arn = distributionArn(call, id)
  const origin = config.Origins?.Items?.find(({ Id }) => Id === behavior.TargetOriginId)
  const asked = { ifNoneMatch: request.headers['if-none-match'], range: request.headers.range }
  const read = async (uri: string, condition: typeof asked): Promise<WireResponse> => {
    try {
      decodeURIComponent(uri)
    } catch {
      return errorXml(400, 'InvalidURI', "Couldn't parse the specified URI.")
    }
    return readOrigin(origin, uri, condition, arn, callOf)
  }
  const uri = edge.uri === '/' ? `/${config.DefaultRootObject ?? ''}` : edge.uri
  const answer = await read(uri, asked)
  const instead = config.CustomErrorResponses?.Items?.find(({ ErrorCode }) => ErrorCode === answer.status)
  if (!instead?.ResponsePagePath) return answer
  const page = await read(instead.ResponsePagePath, { ifNoneMatch: undefined, range: undefined })
  return page.status === 200 ? { ...page, status: Number(instead.ResponseCode || answer.status) } : answer
}
