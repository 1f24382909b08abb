import type { CreateStageCommandInput } from '@aws-sdk/client-apigatewayv2'
import { beforeEach, describe, expect, test } from 'vitest'
import { apigateway } from '../../../src/emulator/services/apigateway.ts'
import { World } from '../call.ts'

const IntegrationUri = 'arn:aws:lambda:us-east-1:000000000000:function:manager'

let world: World
const ask = () => world.ask(apigateway, 'apigateway')
const api = async (extra: object = {}) =>
  (await ask().CreateApi({ Name: 'notes-prod', ProtocolType: 'HTTP', ...extra })).ApiId ?? ''
const integration = async (ApiId: string) =>
  (await ask().CreateIntegration({ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri })).IntegrationId ?? ''
const stage = (ApiId: string, extra: Partial<CreateStageCommandInput> = {}) =>
  ask().CreateStage({ ApiId, StageName: 'prod', AutoDeploy: true, ...extra })

beforeEach(() => {
  world = new World()
})

describe('an API', () => {
  test('has no natural key: the same name makes another one, and both are called on loopback', async () => {
    expect(await api()).not.toBe(await api())
    const { Items } = await ask().GetApis({})
    expect(Items?.map(item => item.Name)).toEqual(['notes-prod', 'notes-prod'])
    expect(Items?.[0]?.ApiEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const page = await ask().GetApis({ MaxResults: '1' })
    expect((await ask().GetApis({ MaxResults: '1', NextToken: page.NextToken })).Items).toHaveLength(1)
  })

  test('tells the port it came to listen at, also when the first one was taken', async () => {
    let port = 20_001
    const call = { ...world.call('apigateway', 'CreateApi'), port: () => port }
    const told = await apigateway.CreateApi?.({ Name: 'notes-prod', ProtocolType: 'HTTP' }, call)
    port = 20_002
    expect(told?.ApiEndpoint).toBe('http://127.0.0.1:20002')
  })

  test('gives CORS back in its own order and case, and loses it only by its own call', async () => {
    const ApiId = await api({
      CorsConfiguration: {
        AllowOrigins: ['https://b.example', 'https://a.example'],
        AllowMethods: ['POST', 'GET'],
        AllowHeaders: ['Content-Type', 'Authorization'],
        MaxAge: 600,
      },
    })
    const wanted = {
      AllowHeaders: ['authorization', 'content-type'],
      AllowMethods: ['GET', 'POST'],
      AllowOrigins: ['https://a.example', 'https://b.example'],
      MaxAge: 600,
    }
    await ask().UpdateApi({ ApiId, CorsConfiguration: {} })
    expect((await ask().GetApi({ ApiId })).CorsConfiguration).toEqual(wanted)
    await ask().DeleteCorsConfiguration({ ApiId })
    expect(await ask().GetApi({ ApiId })).not.toHaveProperty('CorsConfiguration')
  })

  test.each([
    [{ AllowOrigins: ['*'], AllowCredentials: true }],
    [{ AllowOrigins: ['a.example'] }],
    [{ MaxAge: 90_000 }],
    [{ AllowMethods: ['TELL'] }],
  ])('refuses CORS %j', async CorsConfiguration => {
    await expect(api({ CorsConfiguration })).rejects.toMatchObject({
      code: 'BadRequestException',
      status: 400,
    })
  })

  test('is deleted with all below it', async () => {
    const ApiId = await api({ Tags: { a: '1' } })
    await integration(ApiId)
    await stage(ApiId)
    await ask().DeleteApi({ ApiId })
    await expect(ask().GetStages({ ApiId })).rejects.toMatchObject({ code: 'NotFoundException', status: 404 })
    const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`
    await expect(ask().GetTags({ ResourceArn })).rejects.toMatchObject({ code: 'NotFoundException' })
  })

  test('and its stages are tagged by ARNs without an account', async () => {
    const ApiId = await api()
    await stage(ApiId)
    const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}/stages/prod`
    await ask().TagResource({ ResourceArn, Tags: { a: '1', b: '2' } })
    await ask().UntagResource({ ResourceArn, TagKeys: ['a'] })
    expect((await ask().GetTags({ ResourceArn })).Tags).toEqual({ b: '2' })
    expect((await ask().GetStage({ ApiId, StageName: 'prod' })).Tags).toEqual({ b: '2' })
  })
})

describe('integrations and routes', () => {
  test('a new Lambda integration speaks payload 1.0 unless told otherwise', async () => {
    const ApiId = await api()
    expect(
      await ask().CreateIntegration({ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri }),
    ).toMatchObject({
      PayloadFormatVersion: '1.0',
      IntegrationMethod: 'POST',
      ConnectionType: 'INTERNET',
      TimeoutInMillis: 30_000,
    })
  })

  test('an integration in use stays until its route leaves it', async () => {
    const ApiId = await api()
    const IntegrationId = await integration(ApiId)
    const { RouteId } = await ask().CreateRoute({
      ApiId,
      RouteKey: 'ANY /start',
      Target: `integrations/${IntegrationId}`,
    })
    await expect(ask().DeleteIntegration({ ApiId, IntegrationId })).rejects.toMatchObject({
      code: 'ConflictException',
      status: 409,
    })
    await ask().DeleteRoute({ ApiId, RouteId })
    await ask().DeleteIntegration({ ApiId, IntegrationId })
    expect((await ask().GetIntegrations({ ApiId })).Items).toEqual([])
  })

  test('a route key exists once', async () => {
    const ApiId = await api()
    await ask().CreateRoute({ ApiId, RouteKey: '$default' })
    await expect(ask().CreateRoute({ ApiId, RouteKey: '$default' })).rejects.toMatchObject({
      code: 'ConflictException',
    })
  })

  test('an authorizer in use stays', async () => {
    const ApiId = await api()
    const { AuthorizerId } = await ask().CreateAuthorizer({
      ApiId,
      Name: 'storyarch',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['me'] },
    })
    const { RouteId } = await ask().CreateRoute({
      ApiId,
      RouteKey: 'GET /me',
      AuthorizationType: 'JWT',
      AuthorizerId,
    })
    await expect(ask().DeleteAuthorizer({ ApiId, AuthorizerId })).rejects.toMatchObject({
      code: 'ConflictException',
    })
    await ask().UpdateRoute({ ApiId, RouteId, AuthorizationType: 'NONE' })
    expect(await ask().GetRoute({ ApiId, RouteId })).not.toHaveProperty('AuthorizerId')
    await ask().DeleteAuthorizer({ ApiId, AuthorizerId })
  })

  test.each([
    ['start', 'not formatted properly'],
    ['FETCH /start', 'not formatted properly'],
    ['GET /{proxy+}/more', 'Greedy path variables'],
    ['GET /{a b}', 'Invalid path variable'],
  ])('%s is no route key', async (RouteKey, why) => {
    const ApiId = await api()
    await expect(ask().CreateRoute({ ApiId, RouteKey })).rejects.toThrow(why)
  })

  test('a route needs an integration and an authorizer that exist', async () => {
    const ApiId = await api()
    await expect(
      ask().CreateRoute({ ApiId, RouteKey: 'GET /', Target: 'integrations/nope' }),
    ).rejects.toThrow('Invalid integration target')
    await expect(ask().CreateRoute({ ApiId, RouteKey: 'GET /', AuthorizationType: 'JWT' })).rejects.toThrow(
      'AuthorizerId is required',
    )
  })
})

describe('a stage', () => {
  const limits = { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 }

  test('that names one limit only gets 0 for the other', async () => {
    const ApiId = await api()
    const trapped = await stage(ApiId, { DefaultRouteSettings: { ThrottlingRateLimit: 10 } })
    expect(trapped.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 0 })
    await ask().UpdateStage({ ApiId, StageName: 'prod', DefaultRouteSettings: limits })
    const mended = await ask().GetStage({ ApiId, StageName: 'prod' })
    expect(mended.DefaultRouteSettings).toMatchObject(limits)
  })

  test('without any settings has no limits at all', async () => {
    expect((await stage(await api())).DefaultRouteSettings).toEqual({ DetailedMetricsEnabled: false })
  })

  test('settings need their route first', async () => {
    const ApiId = await api()
    const wanted = { RouteSettings: { 'ANY /start': limits } }
    await expect(stage(ApiId, wanted)).rejects.toMatchObject({
      code: 'NotFoundException',
      message: 'Unable to find Route by key ANY /start within the provided RouteSettings',
    })
    await ask().CreateRoute({ ApiId, RouteKey: 'ANY /start' })
    await stage(ApiId, wanted)
    await ask().DeleteRouteSettings({ ApiId, StageName: 'prod', RouteKey: 'ANY /start' })
    expect((await ask().GetStage({ ApiId, StageName: 'prod' })).RouteSettings).toEqual({})
  })

  test('with AutoDeploy has a new deployment after each change, and takes none by hand', async () => {
    const ApiId = await api()
    const first = await stage(ApiId)
    await ask().CreateRoute({ ApiId, RouteKey: 'ANY /start' })
    const second = await ask().GetStage({ ApiId, StageName: 'prod' })
    expect(second.DeploymentId).not.toBe(first.DeploymentId)
    await expect(
      ask().UpdateStage({ ApiId, StageName: 'prod', DeploymentId: first.DeploymentId }),
    ).rejects.toMatchObject({ code: 'BadRequestException' })
  })

  test("its access log loses the group's star", async () => {
    const made = await stage(await api(), {
      AccessLogSettings: {
        DestinationArn: 'arn:aws:logs:us-east-1:0:log-group:x:*',
        Format: '$context.requestId',
      },
    })
    expect(made.AccessLogSettings?.DestinationArn).toBe('arn:aws:logs:us-east-1:0:log-group:x')
  })
})

describe('a domain', () => {
  const DomainName = 'api.notes.example'
  const certificate = (region = 'us-east-1') => `arn:aws:acm:${region}:000000000000:certificate/c`
  const domain = (region?: string) =>
    ask().CreateDomainName({
      DomainName,
      DomainNameConfigurations: [{ CertificateArn: certificate(region), EndpointType: 'REGIONAL' }],
    })

  test('is UPDATING, then AVAILABLE, with an alias target', async () => {
    await domain()
    const configuration = async () =>
      (await ask().GetDomainName({ DomainName })).DomainNameConfigurations?.[0]
    expect((await configuration())?.DomainNameStatus).toBe('UPDATING')
    world.advance(60)
    expect(await configuration()).toMatchObject({
      DomainNameStatus: 'AVAILABLE',
      ApiGatewayDomainName: expect.stringMatching(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
      HostedZoneId: 'Z1UJRXOUMOOFQ8',
    })
    await expect(domain()).rejects.toMatchObject({ code: 'ConflictException' })
  })

  test('needs a certificate of its own region', async () => {
    await expect(domain('eu-west-1')).rejects.toMatchObject({ code: 'BadRequestException' })
  })

  test('holds its API and stage until the mapping is gone', async () => {
    const ApiId = await api()
    await stage(ApiId)
    await domain()
    const mapping = { DomainName, ApiId, Stage: 'prod' }
    const { ApiMappingId } = await ask().CreateApiMapping(mapping)
    await expect(ask().CreateApiMapping(mapping)).rejects.toMatchObject({ code: 'ConflictException' })
    await expect(ask().DeleteApi({ ApiId })).rejects.toMatchObject({ code: 'BadRequestException' })
    await expect(ask().DeleteStage({ ApiId, StageName: 'prod' })).rejects.toMatchObject({
      code: 'BadRequestException',
    })
    await ask().DeleteApiMapping({ DomainName, ApiMappingId })
    await ask().DeleteApi({ ApiId })
    expect((await ask().GetApiMappings({ DomainName })).Items).toEqual([])
  })
})
