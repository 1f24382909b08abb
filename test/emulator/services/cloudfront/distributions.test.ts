import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { beforeEach, describe, expect, test } from 'vitest'
import { acm } from '../../../../src/emulator/services/acm.ts'
import { cloudfront } from '../../../../src/emulator/services/cloudfront.ts'
import { type Asked, World } from '../../call.ts'

let world: World
let ask: Asked<typeof cloudfront>

beforeEach(() => {
  world = new World()
  ask = world.ask(cloudfront, 'cloudfront')
})

const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
const TRUSTED = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555'

const config = (part: Partial<DistributionConfig> = {}): DistributionConfig => ({
  CallerReference: 'notes-prod',
  Comment: 'notes-prod-site',
  Enabled: true,
  Origins: {
    Quantity: 1,
    Items: [
      {
        Id: 'site',
        DomainName: 'notes-frontend.s3.us-east-1.amazonaws.com',
        S3OriginConfig: { OriginAccessIdentity: '' },
      },
    ],
  },
  DefaultCacheBehavior: {
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'redirect-to-https',
    CachePolicyId: OPTIMIZED,
  },
  ...part,
})

const aliased = (names: string[], arn = TRUSTED): Partial<DistributionConfig> => ({
  Aliases: { Quantity: names.length, Items: names },
  ViewerCertificate: {
    ACMCertificateArn: arn,
    SSLSupportMethod: 'sni-only',
    MinimumProtocolVersion: 'TLSv1.2_2021',
  },
})

const create = async (part: Partial<DistributionConfig> = {}) => {
  const { Distribution, ETag } = await ask.CreateDistributionWithTags({
    DistributionConfigWithTags: {
      DistributionConfig: config(part),
      Tags: { Items: [{ Key: 'storyarch:stack', Value: 'notes/prod' }] },
    },
  })
  return { Id: Distribution?.Id ?? '', ETag, arn: Distribution?.ARN, Distribution }
}

const refused = (part: Partial<DistributionConfig>, code: string) =>
  expect(create(part)).rejects.toMatchObject({ code })

describe('a distribution', () => {
  test('is filled in by CloudFront and carries its tags', async () => {
    const { Id, arn, Distribution } = await create()
    expect(Distribution).toMatchObject({
      Status: 'InProgress',
      DomainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/),
      DistributionConfig: {
        Aliases: { Quantity: 0 },
        PriceClass: 'PriceClass_All',
        HttpVersion: 'http2',
        ViewerCertificate: { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: 'TLSv1' },
        DefaultCacheBehavior: {
          AllowedMethods: { Quantity: 2, Items: ['HEAD', 'GET'] },
          FunctionAssociations: { Quantity: 0 },
        },
      },
    })
    expect((await ask.ListTagsForResource({ Resource: arn })).Tags?.Items).toEqual([
      { Key: 'storyarch:stack', Value: 'notes/prod' },
    ])
    world.advance(600)
    expect((await ask.GetDistribution({ Id })).Distribution?.Status).toBe('Deployed')
  })

  test('given back as it was read does not change', async () => {
    const { Id } = await create({ ...aliased(['b.yerson.co', 'a.yerson.co']) })
    const before = await ask.GetDistributionConfig({ Id })
    const { ETag } = await ask.UpdateDistribution({
      Id,
      IfMatch: before.ETag,
      DistributionConfig: before.DistributionConfig,
    })
    const after = await ask.GetDistributionConfig({ Id })
    expect(after).toEqual({ ETag, DistributionConfig: before.DistributionConfig })
    expect(after.ETag).not.toBe(before.ETag)
    expect(after.DistributionConfig?.Aliases?.Items).toEqual(['a.yerson.co', 'b.yerson.co'])
  })

  test('is replaced whole: what is left out goes back to its default', async () => {
    const { Id, ETag } = await create({ PriceClass: 'PriceClass_100', DefaultRootObject: 'index.html' })
    await ask.UpdateDistribution({ Id, IfMatch: ETag, DistributionConfig: config() })
    const { DistributionConfig } = await ask.GetDistributionConfig({ Id })
    expect(DistributionConfig).toMatchObject({ PriceClass: 'PriceClass_All', DefaultRootObject: '' })
  })

  test('is changed only with its newest ETag', async () => {
    const { Id, ETag } = await create()
    await ask.UpdateDistribution({ Id, IfMatch: ETag, DistributionConfig: config({ Comment: 'new' }) })
    const update = (IfMatch: string | undefined) =>
      ask.UpdateDistribution({ Id, IfMatch, DistributionConfig: config() })
    await expect(update(ETag)).rejects.toMatchObject({ code: 'PreconditionFailed', status: 412 })
    await expect(update(undefined)).rejects.toMatchObject({ code: 'InvalidIfMatchVersion' })
    const { ETag: now } = await ask.GetDistribution({ Id })
    await expect(
      ask.UpdateDistribution({ Id, IfMatch: now, DistributionConfig: config({ CallerReference: 'x' }) }),
    ).rejects.toMatchObject({ code: 'IllegalUpdate' })
  })

  test('goes only when disabled and deployed', async () => {
    const { Id, ETag, arn } = await create()
    world.advance(600)
    await expect(ask.DeleteDistribution({ Id, IfMatch: ETag })).rejects.toMatchObject({
      code: 'DistributionNotDisabled',
    })
    const off = await ask.UpdateDistribution({
      Id,
      IfMatch: ETag,
      DistributionConfig: config({ Enabled: false }),
    })
    await expect(ask.DeleteDistribution({ Id, IfMatch: off.ETag })).rejects.toMatchObject({
      code: 'DistributionNotDisabled',
    })
    world.advance(600)
    await ask.DeleteDistribution({ Id, IfMatch: off.ETag })
    await expect(ask.GetDistribution({ Id })).rejects.toMatchObject({
      code: 'NoSuchDistribution',
      status: 404,
    })
    await expect(ask.ListTagsForResource({ Resource: arn })).rejects.toMatchObject({ code: 'NoSuchResource' })
    expect((await ask.ListDistributions({})).DistributionList?.Quantity).toBe(0)
  })

  test('made twice with one caller reference is refused', async () => {
    await create()
    await refused({}, 'DistributionAlreadyExists')
  })

  test('has its aliases for itself', async () => {
    await create(aliased(['app.yerson.co']))
    await refused({ CallerReference: 'other', ...aliased(['APP.yerson.co']) }, 'CNAMEAlreadyExists')
  })

  test('is listed in pages', async () => {
    for (const name of ['a', 'b', 'c']) await create({ CallerReference: name, Comment: name })
    const first = (await ask.ListDistributions({ MaxItems: 2 })).DistributionList
    const second = (await ask.ListDistributions({ MaxItems: 2, Marker: first?.NextMarker })).DistributionList
    expect([...(first?.Items ?? []), ...(second?.Items ?? [])].map(({ Comment }) => Comment).sort()).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(second?.IsTruncated).toBe(false)
  })
})

describe('a configuration is refused', () => {
  const behavior = config().DefaultCacheBehavior
  const s3 = config().Origins?.Items?.[0]
  const origins = (part: object) => ({
    Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: 'x.s3.us-east-1.amazonaws.com', ...part }] },
  })
  test.each<[string, string, Partial<DistributionConfig>]>([
    ['counts wrongly', 'InconsistentQuantities', { Aliases: { Quantity: 2, Items: ['a.yerson.co'] } }],
    [
      'counts wrongly deep inside',
      'InconsistentQuantities',
      {
        DefaultCacheBehavior: {
          ...behavior,
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'allow-all',
          FunctionAssociations: { Quantity: 1 },
        },
      },
    ],
    [
      'has an alias and no certificate',
      'InvalidViewerCertificate',
      { Aliases: { Quantity: 1, Items: ['a.yerson.co'] } },
    ],
    [
      'has a certificate of another region',
      'InvalidViewerCertificate',
      aliased(['a.yerson.co'], TRUSTED.replace('us-east-1', 'eu-west-1')),
    ],
    ['has a certificate that is no ARN', 'InvalidViewerCertificate', aliased(['a.yerson.co'], 'auto')],
    ['names a rooted root object', 'InvalidDefaultRootObject', { DefaultRootObject: '/index.html' }],
    ['has no kind of origin', 'InvalidOrigin', origins({})],
    [
      'has an S3 origin that is none',
      'InvalidArgument',
      origins({ DomainName: 'example.com', S3OriginConfig: { OriginAccessIdentity: '' } }),
    ],
    [
      'names an unknown access control',
      'InvalidOriginAccessControl',
      origins({ ...s3, OriginAccessControlId: 'E123' }),
    ],
    [
      'has both kinds of access',
      'IllegalOriginAccessConfiguration',
      origins({
        S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/E1' },
        OriginAccessControlId: 'E123',
      }),
    ],
    [
      'aims at no origin',
      'NoSuchOrigin',
      { DefaultCacheBehavior: { ...behavior, TargetOriginId: 'other', ViewerProtocolPolicy: 'allow-all' } },
    ],
    [
      'mixes a cache policy and TTLs',
      'InvalidArgument',
      {
        DefaultCacheBehavior: {
          ...behavior,
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'allow-all',
          MinTTL: 0,
        },
      },
    ],
    [
      'names an unknown cache policy',
      'NoSuchCachePolicy',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: 'nope',
        },
      },
    ],
    [
      'names an unknown headers policy',
      'NoSuchResponseHeadersPolicy',
      {
        DefaultCacheBehavior: {
          ...behavior,
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'allow-all',
          ResponseHeadersPolicyId: 'nope',
        },
      },
    ],
    [
      'maps an odd error',
      'InvalidErrorCode',
      { CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 418 }] } },
    ],
    [
      'maps to half an answer',
      'InvalidArgument',
      { CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 404, ResponseCode: '200' }] } },
    ],
  ])('that %s: %s', async (_, code, part) => {
    await refused(part, code)
  })

  test('when ACM knows the certificate and it is not issued', async () => {
    const { CertificateArn } = await world.ask(acm, 'acm').RequestCertificate({ DomainName: 'a.yerson.co' })
    await refused(aliased(['a.yerson.co'], CertificateArn), 'InvalidViewerCertificate')
  })
})

describe('a function', () => {
  const code = Buffer.from('function handler(event) { return event.request }')
  const FunctionConfig = { Comment: 'spa', Runtime: 'cloudfront-js-2.0' as const }
  const make = () => ask.CreateFunction({ Name: 'spa', FunctionConfig, FunctionCode: code })
  const withFunction = (arn: string | undefined): Partial<DistributionConfig> => ({
    DefaultCacheBehavior: {
      TargetOriginId: 'site',
      ViewerProtocolPolicy: 'allow-all',
      CachePolicyId: OPTIMIZED,
      FunctionAssociations: { Quantity: 1, Items: [{ FunctionARN: arn, EventType: 'viewer-request' }] },
    },
  })

  test('stands at the edge only once published', async () => {
    const made = await make()
    const arn = made.FunctionSummary?.FunctionMetadata?.FunctionARN
    await refused(withFunction(arn), 'InvalidFunctionAssociation')
    await expect(ask.DescribeFunction({ Name: 'spa', Stage: 'LIVE' })).rejects.toMatchObject({
      code: 'NoSuchFunctionExists',
    })
    await ask.PublishFunction({ Name: 'spa', IfMatch: made.ETag })
    const live = await ask.DescribeFunction({ Name: 'spa', Stage: 'LIVE' })
    expect(live.ETag).not.toBe(made.ETag)
    await create(withFunction(arn))
  })

  test('written anew is live only after the next publishing', async () => {
    const made = await make()
    await ask.PublishFunction({ Name: 'spa', IfMatch: made.ETag })
    const next = Buffer.from('function handler(event) { return event.response }')
    const { ETag } = await ask.UpdateFunction({
      Name: 'spa',
      IfMatch: made.ETag,
      FunctionConfig,
      FunctionCode: next,
    })
    const codeOf = async (Stage: 'LIVE' | 'DEVELOPMENT') =>
      Buffer.from((await ask.GetFunction({ Name: 'spa', Stage })).FunctionCode ?? []).toString()
    expect(await codeOf('LIVE')).toBe(code.toString())
    expect(await codeOf('DEVELOPMENT')).toBe(next.toString())
    await expect(ask.PublishFunction({ Name: 'spa', IfMatch: made.ETag })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
    await ask.PublishFunction({ Name: 'spa', IfMatch: ETag })
    expect(await codeOf('LIVE')).toBe(next.toString())
  })

  test('is in use until the distribution without it is deployed', async () => {
    const made = await make()
    await ask.PublishFunction({ Name: 'spa', IfMatch: made.ETag })
    const { Id, ETag } = await create(withFunction(made.FunctionSummary?.FunctionMetadata?.FunctionARN))
    const remove = () => ask.DeleteFunction({ Name: 'spa', IfMatch: made.ETag })
    await expect(remove()).rejects.toMatchObject({ code: 'FunctionInUse' })
    await ask.UpdateDistribution({ Id, IfMatch: ETag, DistributionConfig: config() })
    await expect(remove()).rejects.toMatchObject({ code: 'FunctionInUse' })
    world.advance(600)
    await remove()
    expect((await ask.ListFunctions({})).FunctionList?.Quantity).toBe(0)
  })

  test('of more than 10 KB, of a taken or odd name is refused', async () => {
    await make()
    await expect(make()).rejects.toMatchObject({ code: 'FunctionAlreadyExists' })
    const big = { FunctionConfig, FunctionCode: Buffer.alloc(10_241) }
    await expect(ask.CreateFunction({ Name: 'big', ...big })).rejects.toMatchObject({
      code: 'FunctionSizeLimitExceeded',
    })
    await expect(ask.CreateFunction({ Name: 'a b', ...big })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
  })
})

describe('an origin access control', () => {
  const OriginAccessControlConfig = {
    Name: 'notes',
    SigningProtocol: 'sigv4' as const,
    SigningBehavior: 'always' as const,
    OriginAccessControlOriginType: 's3' as const,
  }

  test('is one of its name, guarded by its ETag, and kept while in use', async () => {
    const { OriginAccessControl, ETag } = await ask.CreateOriginAccessControl({ OriginAccessControlConfig })
    const Id = OriginAccessControl?.Id ?? ''
    await expect(ask.CreateOriginAccessControl({ OriginAccessControlConfig })).rejects.toMatchObject({
      code: 'OriginAccessControlAlreadyExists',
    })
    const [origin] = config().Origins?.Items ?? []
    const site = await create({
      Origins: { Quantity: 1, Items: origin ? [{ ...origin, OriginAccessControlId: Id }] : [] },
    })
    const remove = (IfMatch: string | undefined) => ask.DeleteOriginAccessControl({ Id, IfMatch })
    await expect(remove(ETag)).rejects.toMatchObject({ code: 'OriginAccessControlInUse' })
    await ask.UpdateDistribution({ Id: site.Id, IfMatch: site.ETag, DistributionConfig: config() })
    world.advance(600)
    await expect(remove('E0000000000000')).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await remove(ETag)
    expect((await ask.ListOriginAccessControls({})).OriginAccessControlList?.Quantity).toBe(0)
  })
})

describe('an invalidation', () => {
  test('completes after a while, and a repeated one is the same', async () => {
    const { Id } = await create()
    const batch = (path: string) => ({
      DistributionId: Id,
      InvalidationBatch: { CallerReference: 'one', Paths: { Quantity: 1, Items: [path] } },
    })
    const first = await ask.CreateInvalidation(batch('/*'))
    expect((await ask.GetDistribution({ Id })).Distribution?.InProgressInvalidationBatches).toBe(1)
    expect((await ask.CreateInvalidation(batch('/*'))).Invalidation?.Id).toBe(first.Invalidation?.Id)
    await expect(ask.CreateInvalidation(batch('/other'))).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(ask.CreateInvalidation(batch('index.html'))).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
    world.advance(60)
    const { Invalidation } = await ask.GetInvalidation({ DistributionId: Id, Id: first.Invalidation?.Id })
    expect(Invalidation).toMatchObject({ Status: 'Completed' })
    expect((await ask.ListInvalidations({ DistributionId: Id })).InvalidationList?.Items).toHaveLength(1)
  })

  test('waits its turn when too many paths are in progress', async () => {
    const { Id } = await create()
    const invalidate = (CallerReference: string, Items: string[]) =>
      ask.CreateInvalidation({
        DistributionId: Id,
        InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
      })
    const many = (count: number, end: string) => Array.from({ length: count }, (_, i) => `/${i}${end}`)
    const code = 'TooManyInvalidationsInProgress'
    await invalidate('wild', many(15, '*'))
    await expect(invalidate('wilder', ['/*'])).rejects.toMatchObject({ code })
    await invalidate('single', many(3000, ''))
    await expect(invalidate('one more', ['/x'])).rejects.toMatchObject({ code })
    expect((await invalidate('wild', many(15, '*'))).Invalidation?.Status).toBe('InProgress')
    world.advance(60)
    await invalidate('wilder', ['/*'])
  })

  test.each(['index.html', '/a b', '/\u00e4', '/a*b'])('does not take %j for a path', async path => {
    const { Id } = await create()
    const InvalidationBatch = { CallerReference: 'one', Paths: { Quantity: 1, Items: [path] } }
    const made = ask.CreateInvalidation({ DistributionId: Id, InvalidationBatch })
    await expect(made).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('a response headers policy', () => {
  const ResponseHeadersPolicyConfig = {
    Name: 'notes',
    SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
  }
  test('is one of its name and kept while in use', async () => {
    const { ResponseHeadersPolicy, ETag } = await ask.CreateResponseHeadersPolicy({
      ResponseHeadersPolicyConfig,
    })
    const Id = ResponseHeadersPolicy?.Id ?? ''
    await expect(ask.CreateResponseHeadersPolicy({ ResponseHeadersPolicyConfig })).rejects.toMatchObject({
      code: 'ResponseHeadersPolicyAlreadyExists',
    })
    await create({
      DefaultCacheBehavior: {
        TargetOriginId: 'site',
        ViewerProtocolPolicy: 'allow-all',
        CachePolicyId: OPTIMIZED,
        ResponseHeadersPolicyId: Id,
      },
    })
    await expect(ask.DeleteResponseHeadersPolicy({ Id, IfMatch: ETag })).rejects.toMatchObject({
      code: 'ResponseHeadersPolicyInUse',
    })
    const { ResponseHeadersPolicyList } = await ask.ListResponseHeadersPolicies({ Type: 'custom' })
    expect(ResponseHeadersPolicyList?.Items).toHaveLength(1)
  })

  test('does not take a CSP among its custom headers', async () => {
    const Items = [{ Header: 'Content-Security-Policy', Value: "default-src 'self'", Override: true }]
    await expect(
      ask.CreateResponseHeadersPolicy({
        ResponseHeadersPolicyConfig: { Name: 'csp', CustomHeadersConfig: { Quantity: 1, Items } },
      }),
    ).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})
