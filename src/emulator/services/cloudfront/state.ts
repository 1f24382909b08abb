import { randomInt } from 'node:crypto'
import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A distribution as the control plane and the CDN's data plane see it. */
export interface Distribution {
  id: string
  etag: string
  /** `d….cloudfront.net` */
  domain: string
  config: CloudFront.DistributionConfig
  /** What the edges still serve while `config` is on its way to them; null for a new distribution. */
  previous: CloudFront.DistributionConfig | null
  /** Epoch milliseconds. `InProgress` until `deployedAt`. */
  modifiedAt: number
  deployedAt: number
}

export interface OriginAccessControl {
  id: string
  etag: string
  config: CloudFront.OriginAccessControlConfig
}

export interface HeadersPolicy {
  id: string
  etag: string
  config: CloudFront.ResponseHeadersPolicyConfig
  modifiedAt: number
}

/** One stage of a function. `code` is base64. */
export interface FunctionStage {
  etag: string
  code: string
  config: CloudFront.FunctionConfig
  modifiedAt: number
}

export interface EdgeFunction {
  name: string
  createdAt: number
  development: FunctionStage
  live: FunctionStage | null
}

export interface Invalidation {
  id: string
  distribution: string
  reference: string
  paths: string[]
  createdAt: number
  completedAt: number
}

/** CloudFront is global: its state is in one region whoever asks. */
const table = <T>(call: Call, name: string): Table<T> =>
  call.table<T>(name, { service: 'cloudfront', region: 'us-east-1' })

export const distributions = (call: Call) => table<Distribution>(call, 'distributions')
export const originAccessControls = (call: Call) => table<OriginAccessControl>(call, 'originAccessControls')
export const headersPolicies = (call: Call) => table<HeadersPolicy>(call, 'headersPolicies')
export const functions = (call: Call) => table<EdgeFunction>(call, 'functions')
export const invalidations = (call: Call) => table<Invalidation>(call, 'invalidations')

export const distributionArn = (call: Call, id: string): string =>
  `arn:aws:cloudfront::${call.account}:distribution/${id}`

export const functionArn = (call: Call, name: string): string =>
  `arn:aws:cloudfront::${call.account}:function/${name}`

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

const random = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Ids and ETags alike: `E` and thirteen characters. */
export const freshId = (letter = 'E'): string => `${letter}${random(UPPER, 13)}`

export const freshDomain = (): string => `d${random(UPPER.toLowerCase(), 13)}.cloudfront.net`

/** Throws InvalidIfMatchVersion without an ETag, PreconditionFailed with an old one. */
export const checkMatch = (ifMatch: string | undefined, etag: string): void => {
  if (!ifMatch)
    throw new AwsError(
      'InvalidIfMatchVersion',
      'The If-Match version is missing or not valid for the resource.',
      { status: 400 },
    )
  if (ifMatch !== etag)
    throw new AwsError(
      'PreconditionFailed',
      'The request failed because it did not meet the preconditions in one or more request-header fields.',
      { status: 412 },
    )
}

export const invalidArgument = (message: string): AwsError =>
  new AwsError('InvalidArgument', message, { status: 400 })

export const notThere = (code: string, what: string): AwsError =>
  new AwsError(code, `The specified ${what} does not exist.`, { status: 404 })

export const inUse = (code: string, message: string): AwsError => new AwsError(code, message, { status: 409 })

/** One page of a list that is told by `Marker`, the last id of the page before. */
export const page = <T>(
  all: readonly T[],
  idOf: (one: T) => string,
  { Marker = '', MaxItems }: { Marker?: string | undefined; MaxItems?: number | undefined },
) => {
  const start = Marker === '' ? 0 : all.findIndex(one => idOf(one) === Marker) + 1
  const max = Number(MaxItems ?? 100)
  const items = all.slice(start, start + max)
  const last = items.at(-1)
  const more = last !== undefined && start + items.length < all.length
  return { items, max, next: more ? idOf(last) : undefined }
}
