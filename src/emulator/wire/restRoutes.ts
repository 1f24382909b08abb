import type { IncomingHttpHeaders } from 'node:http'
import { bindingOf, requiredBounds } from './binding.ts'
import { decodePart } from './route.ts'
import type { Model, Operation } from './schemas.ts'

interface RestRoute {
  readonly operation: Operation
  readonly pattern: RegExp
  readonly labels: readonly string[]
  /** How much of the path is literal: the more, the closer the match. */
  readonly literal: number
  readonly statics: readonly (readonly [string, string])[]
  /** The operation's own name in the query, which only some SDKs send. */
  readonly xId: string | null
  readonly required: { readonly query: readonly string[]; readonly headers: readonly string[] }
}

export interface RestRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly bucket: string | null
}

export interface RestRoutes {
  /** The operation whose URL fits the request best, or undefined. */
  match(request: RestRequest): Operation | undefined
  /** Decoded URL labels by member name. */
  labels(operation: Operation, path: string): Record<string, string>
}

/**
 * Many operations share a URL: the literal path decides, then the static query, then required query parameters and
 * headers, and last the SDK's own hint `x-id`.
 */
export const restRoutes = (model: Model): RestRoutes => {
  const routes = [...model.operations.values()].map(routeOf)
  const buckets = model.name === 's3'
  return {
    match(request) {
      const ranked = routes
        .filter(route => fits(route, request, buckets))
        .map(route => ({ route, rank: rankOf(route, request) }))
        .sort((a, b) => compare(b.rank, a.rank))
      return ranked[0]?.route.operation
    },
    labels(operation, path) {
      const route = routes.find(each => each.operation === operation)
      const [, ...values] = route?.pattern.exec(path) ?? []
      return Object.fromEntries(
        (route?.labels ?? []).map((label, index) => [label, decodePart(values[index] ?? '')]),
      )
    },
  }
}

const routeOf = (operation: Operation): RestRoute => {
  const [path = '', search = ''] = (operation.http?.uri ?? '').split('?')
  const labels: string[] = []
  const greedy = path.includes('+}')
  const source = path.replace(/\{(\w+)(\+?)\}|[^{]+/g, (part, label: string | undefined, plus: string) => {
    if (label === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    labels.push(label)
    return plus === '+' ? '(.+)' : '([^/]+)'
  })
  const statics = [...new URLSearchParams(search)]
  const { query, headers } = bindingOf(operation.input)
  return {
    operation,
    pattern: new RegExp(greedy ? `^${source}$` : `^${source.replace(/\/$/, '')}/?$`, 's'),
    labels,
    literal: path.replace(/\{\w+\+?\}/g, '').length,
    statics: statics.filter(([name]) => name !== 'x-id'),
    xId: statics.find(([name]) => name === 'x-id')?.[1] ?? null,
    required: {
      query: requiredBounds(operation.input, query).map(([, wire]) => wire),
      headers: requiredBounds(operation.input, headers).map(([, wire]) => wire),
    },
  }
}

const fits = (route: RestRoute, request: RestRequest, buckets: boolean): boolean =>
  route.operation.http?.method === request.method &&
  route.pattern.test(request.path) &&
  (!buckets || needsBucket(route) === (request.bucket !== null)) &&
  route.statics.every(([name, value]) => request.query.get(name) === value) &&
  route.required.query.every(name => request.query.has(name)) &&
  route.required.headers.every(name => request.headers[name] !== undefined)

/** S3's URLs in the model begin after the bucket. */
const needsBucket = ({ operation }: RestRoute): boolean =>
  operation.input.isStructSchema() &&
  [...operation.input.structIterator()].some(
    ([name, member]) => name === 'Bucket' && member.getMergedTraits().httpLabel !== undefined,
  )

const rankOf = (route: RestRoute, request: RestRequest): number[] => [
  route.literal,
  route.statics.length,
  route.required.query.length + route.required.headers.length,
  route.xId !== null && route.xId === request.query.get('x-id') ? 1 : 0,
]

const compare = (a: number[], b: number[]): number => {
  const index = a.findIndex((value, at) => value !== b[at])
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}
