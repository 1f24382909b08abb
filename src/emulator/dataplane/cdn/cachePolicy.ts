import type { DefaultCacheBehavior } from '@aws-sdk/client-cloudfront'
import { CACHE_POLICIES, type CachePolicy } from '../../services/cloudfront/managedPolicies.ts'

/** What a behaviour caches by: its managed policy, or the older settings of its own, which know no Brotli. */
export const cachePolicyOf = (behavior: DefaultCacheBehavior): CachePolicy => {
  const managed = CACHE_POLICIES[behavior.CachePolicyId ?? '']
  if (managed) return managed
  const { ForwardedValues, MinTTL = 0, DefaultTTL = 86_400, MaxTTL = 31_536_000 } = behavior
  return {
    name: 'ForwardedValues',
    min: MinTTL,
    default: DefaultTTL,
    max: MaxTTL,
    encodings: ['gzip'],
    queryStrings: ForwardedValues?.QueryString === true,
    headers: (ForwardedValues?.Headers?.Items ?? []).map(name => name.toLowerCase()),
    cookies: ForwardedValues?.Cookies?.Forward === 'all',
  }
}

/**
 * How long an object is fresh, in seconds (CloudFront guide, "Manage how long content stays in the cache
 * (expiration)"): s-maxage before max-age before Expires, within the policy's bounds; what must not be cached still is
 * for the policy's minimum.
 */
export const timeToLive = (
  headers: Readonly<Record<string, string>>,
  policy: Pick<CachePolicy, 'min' | 'default' | 'max'>,
  now: number,
): number => {
  const directives = (headers['cache-control'] ?? '').toLowerCase().split(',')
  const named = new Map(
    directives.map(directive => {
      const [name = '', value = ''] = directive.trim().split('=')
      return [name, value.replaceAll('"', '')]
    }),
  )
  if (['no-cache', 'no-store', 'private'].some(name => named.has(name))) return policy.min
  const seconds = [named.get('s-maxage'), named.get('max-age')].find(value => /^\d+$/.test(value ?? ''))
  const expires = Date.parse(headers['expires'] ?? '')
  const asked =
    seconds !== undefined
      ? Number(seconds)
      : Number.isNaN(expires)
        ? policy.default
        : Math.floor((expires - now) / 1000)
  return Math.max(policy.min, Math.min(asked, policy.max))
}
