import type { HeadersPolicy } from './state.ts'

export type Encoding = 'br' | 'gzip'

/** What is cached for how long (seconds), and by what beside the path. */
export interface CachePolicy {
  readonly name: string
  readonly min: number
  readonly default: number
  readonly max: number
  /** Compressed variants the edge keeps; behaviours switch compression itself on. */
  readonly encodings: readonly Encoding[]
  /** Cached by all query strings, or by none. */
  readonly queryStrings: boolean
  /** In lower case. */
  readonly headers: readonly string[]
  readonly cookies: boolean
}

const BY_PATH = { encodings: [], queryStrings: false, headers: [], cookies: false }
const BOTH: readonly Encoding[] = ['br', 'gzip']
const ORIGIN_DECIDES = {
  min: 0,
  default: 0,
  max: 31_536_000,
  encodings: BOTH,
  headers: ['host', 'origin', 'x-http-method-override', 'x-http-method', 'x-method-override'],
  cookies: true,
}

/**
 * AWS's managed policies ("Use managed cache policies", "Use managed origin request policies",
 * "Use managed response headers policies"), by id.
 */
export const CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    ...BY_PATH,
    name: 'Managed-CachingOptimized',
    min: 1,
    default: 86_400,
    max: 31_536_000,
    encodings: BOTH,
  },
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': {
    ...BY_PATH,
    name: 'Managed-CachingOptimizedForUncompressedObjects',
    min: 1,
    default: 86_400,
    max: 31_536_000,
  },
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': {
    ...BY_PATH,
    name: 'Managed-CachingDisabled',
    min: 0,
    default: 0,
    max: 0,
  },
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': {
    ...ORIGIN_DECIDES,
    name: 'UseOriginCacheControlHeaders',
    queryStrings: false,
  },
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': {
    ...ORIGIN_DECIDES,
    name: 'UseOriginCacheControlHeaders-QueryStrings',
    queryStrings: true,
  },
}

export const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, string>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': 'Managed-AllViewer',
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': 'Managed-AllViewerExceptHostHeader',
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': 'Managed-AllViewerAndCloudFrontHeaders-2022-06',
  '59781a5b-3903-41f3-afcb-af62929ccde1': 'Managed-CORS-CustomOrigin',
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': 'Managed-CORS-S3Origin',
  'acba4595-bd28-49b8-b9fe-13317c0390fa': 'Managed-UserAgentRefererHeaders',
}

const CORS = {
  AccessControlAllowOrigins: { Quantity: 1, Items: ['*'] },
  AccessControlAllowHeaders: { Quantity: 1, Items: ['*'] },
  AccessControlAllowMethods: { Quantity: 2, Items: ['GET' as const, 'HEAD' as const] },
  AccessControlAllowCredentials: false,
  OriginOverride: false,
}

const SECURITY = {
  XSSProtection: { Override: false, Protection: true, ModeBlock: true },
  FrameOptions: { Override: false, FrameOption: 'SAMEORIGIN' as const },
  ReferrerPolicy: { Override: false, ReferrerPolicy: 'strict-origin-when-cross-origin' as const },
  ContentTypeOptions: { Override: true },
  StrictTransportSecurity: { Override: false, AccessControlMaxAgeSec: 31_536_000 },
}

export const HEADERS_POLICIES: readonly HeadersPolicy[] = [
  managed('60669652-455b-4ae9-85a4-c4c02393f86c', {
    Name: 'Managed-SimpleCORS',
    CorsConfig: CORS,
  }),
  managed('67f7725c-6f97-4210-82d7-5512b31e9d03', {
    Name: 'Managed-SecurityHeadersPolicy',
    SecurityHeadersConfig: SECURITY,
  }),
  managed('e61eb60c-9c35-4d20-a928-2b84e02af89c', {
    Name: 'Managed-CORS-and-SecurityHeadersPolicy',
    CorsConfig: CORS,
    SecurityHeadersConfig: SECURITY,
  }),
]

function managed(id: string, config: HeadersPolicy['config']): HeadersPolicy {
  return { id, etag: 'E23ZP02F085DFQ', config, modifiedAt: Date.UTC(2021, 9, 18) }
}

export const isCachePolicy = (id: string): boolean => id in CACHE_POLICIES
export const isOriginRequestPolicy = (id: string): boolean => id in ORIGIN_REQUEST_POLICIES
export const isHeadersPolicy = (id: string): boolean => HEADERS_POLICIES.some(row => row.id === id)
