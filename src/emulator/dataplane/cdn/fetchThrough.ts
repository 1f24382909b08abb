import type { IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type {
  CustomErrorResponse,
  DefaultCacheBehavior,
  DistributionConfig,
} from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { canonicalPath } from '../../services/cloudfront/invalidationPath.ts'
import { distributionArn, invalidations } from '../../services/cloudfront/state.ts'
import { behaviorFor } from './behaviorFor.ts'
import { cachePolicyOf, timeToLive } from './cachePolicy.ts'
import { acceptedEncodings, compressed } from './compression.ts'
import { type EdgeAnswer, sizeOf } from './edgeAnswer.ts'
import type { EdgeCache, Kept, Place } from './edgeCache.ts'
import { readOrigin } from './readOrigin.ts'

/** Larger objects stream from the origin each time. */
const LARGEST_KEPT_BYTES = 10_000_000

/** "How CloudFront processes HTTP 4xx and 5xx status codes from your origin": always cached. */
const CACHED_ERRORS: ReadonlySet<number> = new Set([404, 405, 414, 500, 501, 502, 503, 504])
/** Cached only when the origin says how long. */
const CACHED_WHEN_TOLD: ReadonlySet<number> = new Set([400, 403, 412, 415])

const ERROR_SECONDS = 10

/** What a viewer's request has come to once its function has seen it. */
export interface Wanted {
  readonly distribution: string
  readonly config: DistributionConfig
  readonly behavior: DefaultCacheBehavior
  /** Percent-encoded path without a query. */
  readonly uri: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
}

export interface Served {
  readonly answer: EdgeAnswer
  readonly from: 'Miss' | 'Hit' | 'RefreshHit' | 'Error'
  /** Seconds it has been kept; null when it comes from the origin. */
  readonly age: number | null
}

interface Around {
  readonly cache: EdgeCache
  callOf(service: string, region: string): Call
}

const placeOf = ({ distribution, behavior, uri, query, headers }: Wanted): Place => {
  const policy = cachePolicyOf(behavior)
  const asked = policy.queryStrings && query !== '' ? `?${query}` : ''
  const variant = {
    encodings: acceptedEncodings(headers['accept-encoding'], policy.encodings),
    headers: policy.headers.map(name => headers[name] ?? null),
    cookies: policy.cookies ? (headers.cookie ?? null) : null,
  }
  return { distribution, path: `${canonicalPath(uri)}${asked}`, variant: JSON.stringify(variant) }
}

/** Seconds; null: not cached at all. */
const errorTimeToLive = (
  { status, headers }: EdgeAnswer,
  response: CustomErrorResponse | undefined,
  now: number,
) => {
  const told = timeToLive(headers, { min: 0, default: 0, max: Number.MAX_SAFE_INTEGER }, now)
  const cached = CACHED_ERRORS.has(status) || (CACHED_WHEN_TOLD.has(status) && told > 0)
  return cached ? Math.max(told, response?.ErrorCachingMinTTL ?? ERROR_SECONDS) : null
}

interface Fetched {
  readonly served: Served
  readonly keep: Kept | null
}

/** From the edge's cache, or through it from the origin. */
export const fetchThrough = async (wanted: Wanted, around: Around): Promise<Served> => {
  const { cache, callOf } = around
  const call = callOf('cloudfront', 'us-east-1')
  const done = invalidations(call)
    .values()
    .filter(({ completedAt }) => completedAt <= call.now)
  cache.apply(done)
  const place = placeOf(wanted)
  const held = cache.get(place)
  if (held && call.now < held.freshUntil) {
    const age = Math.floor((call.now - held.storedAt) / 1000)
    return { answer: held.answer, from: held.originEtag === null ? 'Error' : 'Hit', age }
  }
  const { served } = await cache.fill(place, () => fetched(wanted, held ?? null, call.now, around))
  return served
}

const fetched = async (wanted: Wanted, held: Kept | null, now: number, around: Around): Promise<Fetched> => {
  const { config, behavior, uri, headers } = wanted
  const call = around.callOf('cloudfront', 'us-east-1')
  const origin = config.Origins?.Items?.find(({ Id }) => Id === behavior.TargetOriginId)
  const distribution = distributionArn(call, wanted.distribution)
  const told = readOrigin(origin, { uri, etag: held?.originEtag ?? null, distribution }, around.callOf)
  if (told.status >= 400) return failed(wanted, told, now, around)

  const policy = cachePolicyOf(behavior)
  const freshUntil = now + timeToLive(told.headers, policy, now) * 1000
  if (told.status === 304 && held) {
    const kept = { ...held, answer: renewed(held.answer, told), storedAt: now, freshUntil }
    return { served: { answer: kept.answer, from: 'RefreshHit', age: null }, keep: kept }
  }
  if (freshUntil <= now || sizeOf(told) > LARGEST_KEPT_BYTES)
    return { served: { answer: told, from: 'Miss', age: null }, keep: null }
  const body = told.body instanceof Uint8Array ? told.body : await buffer(await told.body.open(null))
  const encodings = acceptedEncodings(headers['accept-encoding'], policy.encodings)
  const whole = { ...told, body }
  const answer = behavior.Compress === true ? await compressed(whole, encodings) : whole
  const keep = { answer, originEtag: told.headers['etag'] ?? null, storedAt: now, freshUntil }
  return { served: { answer, from: 'Miss', age: null }, keep }
}

/** What a 304 says anew; the body and what describes it stay. */
const renewed = (answer: EdgeAnswer, told: EdgeAnswer): EdgeAnswer => {
  const { 'cache-control': _, expires: __, ...rest } = answer.headers
  const said = ['cache-control', 'expires', 'last-modified'].flatMap(name => {
    const value = told.headers[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...answer, headers: { ...rest, ...Object.fromEntries(said) } }
}

/** An error, or the page that stands for it: of the behaviour its own path has, and kept under the path asked for. */
const failed = async (wanted: Wanted, error: EdgeAnswer, now: number, around: Around): Promise<Fetched> => {
  const { config } = wanted
  const response = config.CustomErrorResponses?.Items?.find(({ ErrorCode }) => ErrorCode === error.status)
  const seconds = errorTimeToLive(error, response, now)
  const uri = response?.ResponsePagePath
  const behavior = uri ? behaviorFor(config, uri) : undefined
  let answer = error
  if (uri && behavior && uri !== wanted.uri) {
    const plain = { ...config, CustomErrorResponses: { Quantity: 0 } }
    const page = await fetchThrough({ ...wanted, config: plain, behavior, uri, query: '' }, around)
    if (page.answer.status === 200)
      answer = { ...page.answer, status: Number(response?.ResponseCode || error.status) }
  }
  const freshUntil = now + (seconds ?? 0) * 1000
  const keeps = seconds !== null && seconds > 0 && answer.body instanceof Uint8Array
  return {
    served: { answer, from: 'Error', age: null },
    keep: keeps ? { answer, originEtag: null, storedAt: now, freshUntil } : null,
  }
}
