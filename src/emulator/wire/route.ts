import type { IncomingHttpHeaders } from 'node:http'
import { AwsError } from '../service.ts'
import type { ServiceFacts } from './schemas.ts'

/** The head of an HTTP request. */
export interface Head {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** What a request asks for, as far as its head tells. */
export interface Route {
  readonly service: string
  /** Null: the service's REST URLs tell. */
  readonly operation: string | null
  readonly protocol: 'json' | 'cbor' | 'query' | 'rest'
}

type Services = Readonly<Record<string, ServiceFacts>>

/**
 * Which service and operation a request means, in the order that leaves no doubt: the RPC path, the `X-Amz-Target`, the
 * form's Action and Version, the SigV4 scope, and with none of these an anonymous call to S3.
 * `form`: fields of a form body, else null. Throws AwsError (501) for a service the embedded AWS does not have.
 */
export const route = (services: Services, head: Head, form: URLSearchParams | null): Route => {
  const { headers } = head
  const url = splitUrl(head.url)

  const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(url.path)
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' && rpc)
    return { service: byTarget(services, rpc[1] ?? ''), operation: rpc[2] ?? '', protocol: 'cbor' }

  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    const dot = target.lastIndexOf('.')
    const service = byTarget(services, target.slice(0, dot))
    return { service, operation: target.slice(dot + 1), protocol: 'json' }
  }

  const scope = scopeOf(head)
  const version = form?.get('Version') ?? url.query.get('Version')
  const action = form?.get('Action') ?? url.query.get('Action')
  if (version && action) {
    const named = Object.entries(services).find(([, facts]) => facts.version === version)
    if (!named) throw noService(scope?.service ?? `with the API version ${version}`)
    return { service: named[0], operation: action, protocol: 'query' }
  }

  if (scope === null) return { service: 's3', operation: null, protocol: 'rest' }
  const signed = Object.entries(services).find(([, facts]) => facts.signing === scope.service)
  if (!signed) throw noService(scope.service)
  return { service: signed[0], operation: null, protocol: 'rest' }
}

export const splitUrl = (url: string): { path: string; query: URLSearchParams } => {
  const mark = url.indexOf('?')
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const noService = (name: string) =>
  new AwsError('NotImplemented', `embedded AWS has no service ${name}`, { status: 501 })

const byTarget = (services: Services, target: string): string => {
  const named = Object.entries(services).find(([, facts]) => facts.target === target)
  if (!named) throw noService(target)
  return named[0]
}

/** The SigV4 credential scope, from the header or a presigned URL. SigV4A's has no region. */
export const scopeOf = ({ url, headers }: Head): { service: string; region: string | null } | null => {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ??
    splitUrl(url).query.get('X-Amz-Credential') ??
    ''
  const parts = credential.split('/')
  const service = parts.at(-2)
  if (service === undefined) return null
  return { service, region: parts.length >= 5 ? (parts.at(-3) ?? null) : null }
}

/** S3's bucket, from a virtual host (`photos.localhost:4566`) or the first part of the path, and the path without it. */
export const bucketOf = (host: string, path: string): { bucket: string | null; path: string } => {
  const virtual = /^(.+?)\.(?:localhost|s3[.-][^:]*)(?::\d+)?$/.exec(host)?.[1]
  if (virtual !== undefined) return { bucket: virtual, path }
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? []
  return { bucket: bucket === '' ? null : decodePart(bucket), path: rest === '' ? '/' : rest }
}

/** A percent-encoded part of a path; throws InvalidURI when it is not one. */
export const decodePart = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}
