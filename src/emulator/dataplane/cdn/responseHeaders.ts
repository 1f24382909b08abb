import type {
  DefaultCacheBehavior,
  ResponseHeadersPolicyConfig,
  ResponseHeadersPolicyCorsConfig,
  ResponseHeadersPolicySecurityHeadersConfig,
} from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { HEADERS_POLICIES } from '../../services/cloudfront/managedPolicies.ts'
import { headersPolicies } from '../../services/cloudfront/state.ts'
import { arnLike } from '../mayInvoke.ts'

type Headers = Readonly<Record<string, string>>

/** A header a policy adds; without `override` the origin's own stays. */
interface Added {
  readonly name: string
  readonly value: string
  readonly override: boolean
}

/** The headers policy of a behaviour, managed or the account's own; null without one. */
export const headersPolicyOf = (
  { ResponseHeadersPolicyId: id }: DefaultCacheBehavior,
  call: Call,
): ResponseHeadersPolicyConfig | null =>
  (headersPolicies(call).get(id ?? '') ?? HEADERS_POLICIES.find(policy => policy.id === id))?.config ?? null

/** An answer's headers as the policy wants them (CloudFront guide, "Understand response headers policies"). */
export const withPolicy = (
  headers: Headers,
  {
    RemoveHeadersConfig,
    CorsConfig,
    SecurityHeadersConfig,
    CustomHeadersConfig,
  }: ResponseHeadersPolicyConfig,
  origin: string | undefined,
): Record<string, string> => {
  const removed = (RemoveHeadersConfig?.Items ?? []).map(({ Header = '' }) => Header.toLowerCase())
  const custom = (CustomHeadersConfig?.Items ?? []).map(({ Header = '', Value = '', Override = false }) => ({
    name: Header.toLowerCase(),
    value: Value,
    override: Override,
  }))
  const added = [
    ...(CorsConfig && origin !== undefined ? cors(CorsConfig, origin) : []),
    ...security(SecurityHeadersConfig ?? {}),
    ...custom,
  ]
  const result = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.includes(name)))
  for (const { name, value, override } of added) if (override || !(name in result)) result[name] = value
  return result
}

const cors = (
  {
    AccessControlAllowOrigins,
    AccessControlAllowCredentials,
    AccessControlExposeHeaders,
    OriginOverride = false,
  }: ResponseHeadersPolicyCorsConfig,
  origin: string,
): Added[] => {
  const allowed = AccessControlAllowOrigins?.Items ?? []
  const anybody = allowed.includes('*')
  if (!anybody && !allowed.some(pattern => arnLike(pattern, origin) || arnLike(`*://${pattern}`, origin)))
    return []
  const exposed = AccessControlExposeHeaders?.Items ?? []
  const added = [
    ['access-control-allow-origin', anybody ? '*' : origin],
    ...(AccessControlAllowCredentials ? [['access-control-allow-credentials', 'true']] : []),
    ...(exposed.length > 0 ? [['access-control-expose-headers', exposed.join(', ')]] : []),
  ]
  return added.map(([name = '', value = '']) => ({ name, value, override: OriginOverride }))
}

const security = ({
  ContentSecurityPolicy: csp,
  ContentTypeOptions: type,
  FrameOptions: frame,
  ReferrerPolicy: referrer,
  StrictTransportSecurity: hsts,
  XSSProtection: xss,
}: ResponseHeadersPolicySecurityHeadersConfig): Added[] =>
  [
    csp && header('content-security-policy', csp.ContentSecurityPolicy, csp.Override),
    type && header('x-content-type-options', 'nosniff', type.Override),
    frame && header('x-frame-options', frame.FrameOption, frame.Override),
    referrer && header('referrer-policy', referrer.ReferrerPolicy, referrer.Override),
    hsts &&
      header(
        'strict-transport-security',
        [
          `max-age=${hsts.AccessControlMaxAgeSec}`,
          ...(hsts.IncludeSubdomains ? ['includeSubDomains'] : []),
          ...(hsts.Preload ? ['preload'] : []),
        ].join('; '),
        hsts.Override,
      ),
    xss &&
      header(
        'x-xss-protection',
        xss.Protection
          ? `1${xss.ModeBlock ? '; mode=block' : ''}${xss.ReportUri ? `; report=${xss.ReportUri}` : ''}`
          : '0',
        xss.Override,
      ),
  ].filter(added => added !== undefined)

const header = (name: string, value: string | undefined, override: boolean | undefined): Added => ({
  name,
  value: value ?? '',
  override: override ?? false,
})
