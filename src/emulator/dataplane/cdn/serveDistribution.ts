import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { type Distribution, distributions } from '../../services/cloudfront/state.ts'
import type { WireResponse } from '../../wire/protocol.ts'
import { behaviorFor } from './behaviorFor.ts'
import { close, errorXml } from './edgeAnswer.ts'
import type { EdgeCache } from './edgeCache.ts'
import type { EdgeRequest, EdgeResponse } from './edgeFunction.ts'
import { fetchThrough } from './fetchThrough.ts'
import { headersPolicyOf, withPolicy } from './responseHeaders.ts'
import { viewerAnswer } from './viewerAnswer.ts'
import { edgeRequest, onViewerRequest, onViewerResponse, queryOf, told } from './viewerFunctions.ts'

/** The edges serve the former configuration until the new one has reached them. */
const servedConfig = ({ config, previous, deployedAt }: Distribution, now: number): DistributionConfig =>
  previous !== null && now < deployedAt ? previous : config

const refused = (status: number, text: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/html', server: 'CloudFront', 'x-cache': 'Error from cloudfront' },
  body: `<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ERROR</h1><p>${text}</p></body></html>\n`,
})

/** What CloudFront says of itself in every answer. */
const signed = (answer: WireResponse, distribution: string): WireResponse => {
  const edge = createHash('md5').update(distribution).digest('hex')
  return {
    ...answer,
    headers: {
      ...answer.headers,
      via: `1.1 ${edge}.cloudfront.net (CloudFront)`,
      'x-amz-cf-pop': 'LOC50-P1',
      'x-amz-cf-id': randomBytes(42).toString('base64url'),
    },
  }
}

interface Around {
  readonly cache: EdgeCache
  callOf(service: string, region: string): Call
}

/** A viewer's request to a distribution. Plain http is as good as https: loopback has no certificate. */
export const serveDistribution = async (
  id: string,
  request: IncomingMessage,
  around: Around,
): Promise<WireResponse> => {
  const call = around.callOf('cloudfront', 'us-east-1')
  const distribution = distributions(call).get(id)
  const answer = distribution
    ? await served(distribution, request, call, around)
    : refused(403, 'Bad request.')
  return signed(answer, id)
}

const served = async (
  distribution: Distribution,
  request: IncomingMessage,
  call: Call,
  around: Around,
): Promise<WireResponse> => {
  const { method = 'GET', headers } = request
  const config = servedConfig(distribution, call.now)
  const [path = '/', ...rest] = (request.url ?? '/').split('?')
  const query = rest.join('?')
  const behavior = behaviorFor(config, path)
  if (config.Enabled === false || !behavior) return refused(403, 'The distribution is not enabled.')
  const allowed: readonly string[] = behavior.AllowedMethods?.Items ?? ['GET', 'HEAD']
  if (!allowed.includes(method))
    return refused(
      403,
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
    )

  const place = { call, distribution, behavior, ip: request.socket.remoteAddress ?? '127.0.0.1' }
  const seen = edgeRequest(request, path, query)
  let edge: EdgeRequest | EdgeResponse
  try {
    edge = onViewerRequest(place, seen)
  } catch (error) {
    return functionFailed(error)
  }
  const policy = headersPolicyOf(behavior, call)
  const policed = (answer: WireResponse): WireResponse =>
    policy ? { ...answer, headers: withPolicy(answer.headers, policy, headers.origin) } : answer
  if ('statusCode' in edge) {
    const made = policed(told(edge))
    return { ...made, headers: { ...made.headers, 'x-cache': 'FunctionGeneratedResponse from cloudfront' } }
  }

  const uri = edge.uri === '/' ? `/${config.DefaultRootObject ?? ''}` : edge.uri
  const wanted = {
    distribution: distribution.id,
    config,
    behavior,
    uri,
    query: edge === seen ? query : queryOf(edge),
    headers,
  }
  const { answer, from, age } =
    method === 'GET' || method === 'HEAD'
      ? await fetchThrough(wanted, around)
      : ({ answer: errorXml(403, 'AccessDenied', 'Access Denied'), from: 'Error', age: null } as const)
  const shown = policed(await viewerAnswer(answer, method, headers))
  try {
    const final = onViewerResponse(place, edge, shown)
    return {
      ...final,
      headers: {
        ...final.headers,
        'x-cache': `${from} from cloudfront`,
        ...(age !== null && { age: String(age) }),
      },
    }
  } catch (error) {
    close(shown.body)
    return functionFailed(error)
  }
}

const functionFailed = (error: unknown): WireResponse =>
  refused(503, `The CloudFront function returned an invalid value or failed: ${String(error)}`)
