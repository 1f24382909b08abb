import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import {
  configWith,
  type DistributionSettings,
  normalSettings,
  settingsIn,
} from '../../../src/provisioners/kit/distributionConfig.ts'

const settings: DistributionSettings = {
  enabled: true,
  aliases: ['www.example.com', 'app.example.com'],
  certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  minimumTls: 'TLSv1.2_2021',
  origin: { domain: 'site.s3.us-east-1.amazonaws.com', accessControl: 'E1' },
  rootObject: 'index.html',
  viewerProtocol: 'redirect-to-https',
  cachePolicy: 'optimized',
  headersPolicy: 'security',
  viewerRequest: 'arn:aws:cloudfront::123456789012:function/fallback',
  errorResponses: [{ code: 404, answer: 200, path: '/index.html', ttlSeconds: 0 }],
  priceClass: 'PriceClass_All',
  httpVersion: 'http2and3',
  ipv6: true,
}

const written = (wish: DistributionSettings, held: Partial<DistributionConfig> = {}): DistributionConfig => ({
  CallerReference: 'site',
  Comment: 'site',
  ...configWith(held, wish),
})

describe("a distribution's configuration", () => {
  test('reads as it was written', () => {
    expect(settingsIn(written(settings))).toEqual(normalSettings(settings))
  })

  test('takes a new wish whatever stood there', () => {
    const other: DistributionSettings = {
      ...settings,
      aliases: [],
      certificate: null,
      origin: { domain: 'other.s3.us-east-1.amazonaws.com', accessControl: 'E2' },
      viewerRequest: null,
      headersPolicy: null,
      errorResponses: [],
    }
    expect(settingsIn(written(other, written(settings)))).toEqual(normalSettings(other))
    expect(settingsIn(written(settings, written(other)))).toEqual(normalSettings(settings))
  })

  test('keeps what storyarch does not manage', () => {
    const before = written(settings)
    const api = { Id: 'api', DomainName: 'api.example.com' }
    const answered = {
      FunctionARN: 'arn:aws:cloudfront::1:function/theirs',
      EventType: 'viewer-response' as const,
    }
    const behaviour = { ...before.DefaultCacheBehavior, PathPattern: '/old/*' }
    const held: DistributionConfig = {
      ...before,
      WebACLId: 'firewall',
      Logging: { Enabled: true, Bucket: 'logs.s3.amazonaws.com', IncludeCookies: false, Prefix: '' },
      Origins: { Quantity: 2, Items: [...(before.Origins?.Items ?? []), api] },
      CacheBehaviors: {
        Quantity: 2,
        Items: [
          { ...behaviour, ViewerProtocolPolicy: 'allow-all' },
          { ...behaviour, PathPattern: '/api/*', TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only' },
        ],
      } as DistributionConfig['CacheBehaviors'],
      DefaultCacheBehavior: {
        ...before.DefaultCacheBehavior,
        OriginRequestPolicyId: 'theirs',
        FunctionAssociations: { Quantity: 1, Items: [answered] },
      } as DistributionConfig['DefaultCacheBehavior'],
    }
    const after = written({ ...settings, origin: { ...settings.origin, accessControl: 'E2' } }, held)
    expect(after).toMatchObject({ WebACLId: 'firewall', Logging: held.Logging })
    expect(after.Origins?.Items).toContainEqual(api)
    expect(after.DefaultCacheBehavior?.OriginRequestPolicyId).toBe('theirs')
    expect(after.DefaultCacheBehavior?.FunctionAssociations?.Items).toContainEqual(answered)
    const ours = after.DefaultCacheBehavior?.TargetOriginId
    expect(after.CacheBehaviors?.Items?.map(({ TargetOriginId }) => TargetOriginId)).toEqual([ours, 'api'])
    expect(after.Origins?.Items?.map(({ Id }) => Id)).toEqual([ours, 'api'])
  })

  test('counts its lists and leaves empty ones out', () => {
    const bare = written({ ...settings, aliases: [], errorResponses: [] })
    expect(bare.Aliases).toEqual({ Quantity: 0 })
    expect(bare.CustomErrorResponses).toEqual({ Quantity: 0 })
    expect(written(settings).Aliases).toMatchObject({ Quantity: 2 })
  })

  test('has no fields beside a cache policy that CloudFront refuses there', () => {
    const old = { DefaultCacheBehavior: { MinTTL: 0, MaxTTL: 9, ForwardedValues: {} } } as DistributionConfig
    const { MinTTL, MaxTTL, ForwardedValues } = written(settings, old).DefaultCacheBehavior ?? {}
    expect([MinTTL, MaxTTL, ForwardedValues]).toEqual([undefined, undefined, undefined])
  })
})
