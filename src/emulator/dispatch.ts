import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { CallLog } from './calls.ts'
import type { Intercept } from './intercept.ts'
import { AwsError, type Call } from './service.ts'
import type { Handlers } from './services.ts'
import { type Body, bodyOf } from './wire/body.ts'
import { faultOf } from './wire/fault.ts'
import type { Members, WireRequest, WireResponse } from './wire/protocol.ts'
import { type Speech, speechOf } from './wire/protocols.ts'
import { bucketOf, type Head, type Route, route, scopeOf, splitUrl } from './wire/route.ts'
import type { Model, Operation, Schemas } from './wire/schemas.ts'

/** One control plane for all regions, in us-east-1, whatever region a client with an endpoint of its own signs for. */
const GLOBAL = new Set(['budgets', 'cloudfront', 'iam', 'route53'])

/** What a dispatcher asks of the emulator around it. */
export interface Surroundings {
  readonly schemas: Schemas
  readonly calls: CallLog
  readonly intercept: Intercept
  handlers(service: string): Promise<Handlers>
  call(of: Pick<Call, 'service' | 'operation' | 'region' | 'requestId'>): Call
  /** Told of each call before its handler is. */
  lead(call: Call): Promise<void>
  /** Told of each call that took effect, before its answer goes out. */
  follow(call: Call): Promise<void>
  /** Everything handlers have changed is on disk when it returns. */
  flush(): void
  /** Told of errors that are no answer of AWS: bugs. */
  report(error: unknown): void
}

/** What is known of a request; it grows while the request is understood. */
interface Exchange {
  readonly requestId: string
  region: string
  model: Model | null
  kind: Route['protocol']
  operation: string
}

/** From an HTTP request to a handler and back. `drop`: the connection shall be broken instead of an answer. */
export const dispatcher = (around: Surroundings) => {
  const speeches = new Map<Model, Speech>()
  const speechFor = (model: Model): Speech => {
    const speech = speeches.get(model) ?? speechOf(model)
    speeches.set(model, speech)
    return speech
  }

  /** Which operation is asked for, and its input still unread. */
  const locate = async (
    request: IncomingMessage,
    head: Head,
    exchange: Exchange,
  ): Promise<{ operation: Operation; wire: WireRequest }> => {
    const form = await formOf(request, head)
    const found = route(around.schemas.services, head, form?.fields ?? null)
    const model = around.schemas.model(found.service)
    exchange.kind = found.protocol
    exchange.model = model
    if (GLOBAL.has(model.name)) exchange.region = 'us-east-1'
    const url = splitUrl(head.url)
    const s3 = model.name === 's3'
    const place = s3 ? bucketOf(head.headers.host ?? '', url.path) : { bucket: null, path: url.path }
    const rest = { ...place, method: head.method, query: url.query, headers: head.headers }
    const operation =
      found.operation === null ? speechFor(model).routes.match(rest) : model.operations.get(found.operation)
    exchange.operation = operation?.name ?? found.operation ?? `${head.method} ${url.path}`
    if (operation === undefined) throw notImplemented(exchange)
    // Bucket policies are kept and judged by nobody, so all objects are private: no credentials, no way in.
    if (s3 && scopeOf(head) === null) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 })
    // With an upload's id a checksum is that of the object put together, not of this body.
    const ofBody = !(head.method === 'POST' && url.query.has('uploadId'))
    return { operation, wire: { ...rest, ...(form?.body ?? bodyOf(request, s3, ofBody)) } }
  }

  const perform = async (
    exchange: Exchange,
    model: Model,
    operation: Operation,
    wire: WireRequest,
  ): Promise<WireResponse | 'drop'> => {
    const handler = (await around.handlers(model.name))[operation.name]
    if (handler === undefined) throw notImplemented(exchange)
    const protocol = speechFor(model).protocol(exchange.kind)
    const input = await protocol.read(operation, wire)
    const { requestId, region } = exchange
    const call = around.call({ service: model.name, operation: operation.name, region, requestId })
    const seen = { service: call.service, operation: call.operation, region, requestId, input }
    const before = await around.intercept(seen, 'before')
    if (before === 'drop') return 'drop'
    if (before) throw before
    await around.lead(call)
    const output = (await handler(input as never, call)) ?? {}
    around.flush()
    await around.follow(call)
    const after = await around.intercept(seen, 'after')
    if (after === 'drop') return 'drop'
    if (after) throw after
    return protocol.write(operation, output as Members, requestId)
  }

  const refuse = (exchange: Exchange, error: unknown): WireResponse => {
    around.flush()
    if (!(error instanceof AwsError)) around.report(error)
    const { model, kind, requestId } = exchange
    const fault = faultOf(model, error instanceof AwsError ? error : internal(error))
    return model ? speechFor(model).protocol(kind).writeFault(fault, requestId) : unroutable(fault)
  }

  return async (request: IncomingMessage): Promise<WireResponse | 'drop'> => {
    const head: Head = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
    }
    const exchange: Exchange = {
      requestId: randomUUID(),
      region: scopeOf(head)?.region ?? 'us-east-1',
      model: null,
      kind: 'json',
      operation: 'Unknown',
    }
    let response: WireResponse | 'drop'
    try {
      const { operation, wire } = await locate(request, head, exchange)
      response = exchange.model ? await perform(exchange, exchange.model, operation, wire) : 'drop'
    } catch (error) {
      // The client has gone: nobody is there to be told.
      response = request.destroyed && !request.complete ? 'drop' : refuse(exchange, error)
    }
    const { requestId, region, operation } = exchange
    const status = response === 'drop' ? 0 : response.status
    around.calls.add({ service: exchange.model?.name ?? 'unknown', operation, region, requestId, status })
    return response
  }
}

/** A form must be read before anybody can tell which service it means. */
const formOf = async (
  request: IncomingMessage,
  head: Head,
): Promise<{ fields: URLSearchParams; body: Body } | null> => {
  const type = head.headers['content-type'] ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded') || scopeOf(head)?.service === 's3') return null
  const body = bodyOf(request, false, false)
  return { fields: new URLSearchParams((await body.bytes()).toString('utf8')), body }
}

/** SDKs retry 500 and 503, never 501. */
const notImplemented = ({ model, operation }: Exchange): AwsError =>
  new AwsError('NotImplemented', `embedded AWS has no ${model?.name}:${operation}`, { status: 501 })

const internal = (error: unknown): AwsError =>
  new AwsError(
    'InternalFailure',
    `A bug in the embedded AWS: ${error instanceof Error ? error.message : String(error)}`,
    { status: 500 },
  )

/** For a client whose service is not known, in every way SDKs look for an error's name. */
const unroutable = ({ status, code, message }: ReturnType<typeof faultOf>): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: JSON.stringify({ __type: code, message }),
})
