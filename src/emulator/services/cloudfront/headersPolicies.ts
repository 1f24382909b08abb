import { randomUUID } from 'node:crypto'
import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Service } from '../../service.ts'
import { HEADERS_POLICIES } from './managedPolicies.ts'
import { checkQuantities, listed } from './quantities.ts'
import { usersOf, usesHeadersPolicy } from './references.ts'
import {
  checkMatch,
  freshId,
  type HeadersPolicy,
  headersPolicies,
  inUse,
  invalidArgument,
  notThere,
  page,
} from './state.ts'

/** Response headers policies: the caller's own, and AWS's managed ones, which nobody changes. */
export const headersPolicyOperations = {
  CreateResponseHeadersPolicy: (input, call) => {
    const config = checked(input.ResponseHeadersPolicyConfig, call, null)
    const row: HeadersPolicy = { id: randomUUID(), etag: freshId(), config, modifiedAt: call.now }
    headersPolicies(call).set(row.id, row)
    return {
      ETag: row.etag,
      Location: `https://cloudfront.amazonaws.com/2020-05-31/response-headers-policy/${row.id}`,
      ResponseHeadersPolicy: shown(row),
    }
  },

  GetResponseHeadersPolicy: (input, call) => {
    const row = at(input.Id, call)
    return { ETag: row.etag, ResponseHeadersPolicy: shown(row) }
  },

  GetResponseHeadersPolicyConfig: (input, call) => {
    const { etag, config } = at(input.Id, call)
    return { ETag: etag, ResponseHeadersPolicyConfig: config }
  },

  UpdateResponseHeadersPolicy: (input, call) => {
    const row = own(input.Id, call)
    checkMatch(input.IfMatch, row.etag)
    const config = checked(input.ResponseHeadersPolicyConfig, call, row.id)
    const updated = { ...row, etag: freshId(), config, modifiedAt: call.now }
    headersPolicies(call).set(row.id, updated)
    return { ETag: updated.etag, ResponseHeadersPolicy: shown(updated) }
  },

  DeleteResponseHeadersPolicy: (input, call) => {
    const row = own(input.Id, call)
    checkMatch(input.IfMatch, row.etag)
    if (usersOf(call, usesHeadersPolicy(row.id)).length > 0)
      throw inUse(
        'ResponseHeadersPolicyInUse',
        'Cannot delete the response headers policy because it is attached to one or more cache behaviors.',
      )
    headersPolicies(call).delete(row.id)
    return {}
  },

  ListResponseHeadersPolicies: (input, call) => {
    const all = [
      ...HEADERS_POLICIES.map(row => ({ Type: 'managed' as const, row })),
      ...headersPolicies(call)
        .values()
        .map(row => ({ Type: 'custom' as const, row })),
    ].filter(({ Type }) => (input.Type ?? Type) === Type)
    const { items, max, next } = page(all, ({ row }) => row.id, input)
    return {
      ResponseHeadersPolicyList: {
        NextMarker: next,
        MaxItems: max,
        ...listed(items.map(({ Type, row }) => ({ Type, ResponseHeadersPolicy: shown(row) }))),
      },
    }
  },
} satisfies Service<typeof CloudFront>

const at = (id: string | undefined, call: Call): HeadersPolicy => {
  const row = headersPolicies(call).get(id ?? '') ?? HEADERS_POLICIES.find(managed => managed.id === id)
  if (!row) throw notThere('NoSuchResponseHeadersPolicy', 'response headers policy')
  return row
}

const own = (id: string | undefined, call: Call): HeadersPolicy => {
  const row = at(id, call)
  if (!headersPolicies(call).has(row.id))
    throw new AwsError('AccessDenied', 'You cannot change a managed policy.', { status: 403 })
  return row
}

const shown = ({ id, config, modifiedAt }: HeadersPolicy): CloudFront.ResponseHeadersPolicy => ({
  Id: id,
  LastModifiedTime: new Date(modifiedAt),
  ResponseHeadersPolicyConfig: config,
})

/** Headers that have a place of their own must stand there. */
const OWN_PLACE = [
  'content-security-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
  'referrer-policy',
]

const checked = (
  config: CloudFront.ResponseHeadersPolicyConfig | undefined,
  call: Call,
  id: string | null,
): CloudFront.ResponseHeadersPolicyConfig => {
  checkQuantities(config)
  const { Name = '' } = config ?? {}
  if (!config || !/^[\w-]{1,128}$/.test(Name)) throw invalidArgument('The policy name is not valid.')
  const odd = config.CustomHeadersConfig?.Items?.find(({ Header = '' }) =>
    OWN_PLACE.includes(Header.toLowerCase()),
  )
  if (odd)
    throw invalidArgument(
      `The parameter CustomHeaders contains ${odd.Header} that is a security header and cannot be set as custom header.`,
    )
  const twin = headersPolicies(call)
    .values()
    .some(row => row.id !== id && row.config.Name === Name)
  if (twin || HEADERS_POLICIES.some(managed => managed.config.Name === Name))
    throw inUse(
      'ResponseHeadersPolicyAlreadyExists',
      'A response headers policy with this name already exists.',
    )
  return { ...config, Comment: config.Comment ?? '' }
}
