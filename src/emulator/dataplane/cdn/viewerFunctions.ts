import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DefaultCacheBehavior } from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { type Distribution, functionArn, functions } from '../../services/cloudfront/state.ts'
import type { WireResponse } from '../../wire/protocol.ts'
import { close } from './edgeAnswer.ts'
import { type EdgeRequest, type EdgeResponse, runEdgeFunction, type Valued } from './edgeFunction.ts'

/** A viewer's request as functions see it. */
export const edgeRequest = (request: IncomingMessage, uri: string, query: string): EdgeRequest => {
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

/** The query string a function left. */
export const queryOf = ({ querystring }: EdgeRequest): string =>
  Object.entries(querystring)
    .flatMap(([name, { value, multiValue }]) => (multiValue ?? [{ value }]).map(one => [name, one.value]))
    .map(pair => pair.map(part => encodeURIComponent(part ?? '')).join('='))
    .join('&')

interface Place {
  readonly call: Call
  readonly distribution: Distribution
  readonly behavior: DefaultCacheBehavior
  /** The viewer's address. */
  readonly ip: string
}

/** The published function a behaviour runs at an event, ready to run; null without one. */
const functionAt = ({ call, distribution, behavior, ip }: Place, eventType: string) => {
  const used = behavior.FunctionAssociations?.Items?.find(({ EventType }) => EventType === eventType)
  if (!used) return null
  const code = functions(call)
    .values()
    .find(row => functionArn(call, row.name) === used.FunctionARN)?.live?.code
  if (code === undefined) return null
  const context = {
    distributionDomainName: distribution.domain,
    distributionId: distribution.id,
    eventType,
    requestId: randomUUID(),
  }
  return (seen: { request: EdgeRequest; response?: EdgeResponse }) =>
    runEdgeFunction(Buffer.from(code, 'base64').toString('utf8'), {
      version: '1.0',
      context,
      viewer: { ip },
      ...seen,
    })
}

/** What the behaviour's viewer-request function makes of the request; without one, the request. */
export const onViewerRequest = (place: Place, request: EdgeRequest): EdgeRequest | EdgeResponse =>
  functionAt(place, 'viewer-request')?.({ request }) ?? request

/** An answer as a function gives it. */
export const told = ({ statusCode, headers = {}, body = '' }: EdgeResponse): WireResponse => ({
  status: statusCode,
  headers: flat(headers),
  body:
    typeof body === 'string' ? body : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8'),
})

const flat = (headers: Readonly<Record<string, Valued>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value]))

/**
 * What the behaviour's viewer-response function makes of the answer. It runs for no answer of 400 or more (CloudFront
 * guide, "Restrictions on edge functions").
 */
export const onViewerResponse = (place: Place, request: EdgeRequest, answer: WireResponse): WireResponse => {
  const run = answer.status < 400 ? functionAt(place, 'viewer-response') : null
  if (!run) return answer
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, { value }])
  const response: EdgeResponse = {
    statusCode: answer.status,
    statusDescription: '',
    headers: Object.fromEntries(headers),
    cookies: {},
  }
  const made = run({ request, response })
  if (!('statusCode' in made)) throw new Error('The function returned no response')
  const { body: own, ...rest } = made
  if (own === undefined) return { ...told(rest), body: answer.body }
  close(answer.body)
  return withOwnLength(told(made))
}

const withOwnLength = ({ headers, ...rest }: WireResponse): WireResponse => {
  const { 'content-length': _, ...others } = headers
  return { ...rest, headers: others }
}
