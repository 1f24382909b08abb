import { expect, test } from 'vitest'
import { cachePolicyOf, timeToLive } from '../../../../src/emulator/dataplane/cdn/cachePolicy.ts'

const NOW = Date.UTC(2026, 0, 1)
const optimized = { min: 1, default: 86_400, max: 31_536_000 }
const control = (value: string) => ({ 'cache-control': value })

test.each([
  [{}, 86_400],
  [control('max-age=60'), 60],
  [control('public, max-age=0, s-maxage=31536000, must-revalidate'), 31_536_000],
  [control('s-maxage=99999999'), 31_536_000],
  [control('max-age="60"'), 60],
  [control('max-age=0'), 1],
  [control('no-cache'), 1],
  [control('No-Store, max-age=60'), 1],
  [control('private'), 1],
  [control('public'), 86_400],
  [{ expires: new Date(NOW + 90_000).toUTCString() }, 90],
  [{ expires: new Date(NOW - 90_000).toUTCString() }, 1],
  [{ ...control('max-age=60'), expires: new Date(NOW + 90_000).toUTCString() }, 60],
])('%j is fresh for %d s', (headers, seconds) => {
  expect(timeToLive(headers as Record<string, string>, optimized, NOW)).toBe(seconds)
})

test('settings of the behaviour itself count where it has no policy', () => {
  const behavior = {
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'allow-all' as const,
    ForwardedValues: { QueryString: true, Cookies: { Forward: 'none' as const } },
    MinTTL: 5,
    DefaultTTL: 50,
    MaxTTL: 500,
  }
  expect(cachePolicyOf(behavior)).toMatchObject({ min: 5, default: 50, max: 500, queryStrings: true })
})
