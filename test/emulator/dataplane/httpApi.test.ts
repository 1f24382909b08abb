import { createServer } from 'node:net'
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../running.ts'
import { Site } from './cdn/site.ts'
import { createFunction } from './functions.ts'
import { openIssuer } from './issuer.ts'

const HANDLER = `exports.handler = async event => {
  const answers = {
    plain: () => ({ hello: 'world' }),
    full: () => ({ statusCode: 201, headers: { 'X-A': 1 }, cookies: ['a=1', 'b=2'], body: 'aGk=', isBase64Encoded: true }),
    wrong: () => ({ statusCode: 'abc' }),
    throws: () => { throw new Error('no') },
  }
  return (answers[event.queryStringParameters?.do] ?? (() => ({ event })))()
}`

let aws: Running
let client: ApiGatewayV2Client
let apiId = ''
let url = ''
let integration = ''

beforeAll(async () => {
  aws = await Running.start()
  client = aws.client(ApiGatewayV2Client)
  const arn = await createFunction(aws, 'web', HANDLER)
  const api = await client.send(
    new CreateApiCommand({
      Name: 'web',
      ProtocolType: 'HTTP',
      CorsConfiguration: {
        AllowOrigins: ['https://app.example'],
        AllowMethods: ['GET'],
        AllowHeaders: ['authorization'],
        MaxAge: 60,
      },
    }),
  )
  apiId = api.ApiId ?? ''
  url = api.ApiEndpoint ?? ''
  const made = await client.send(
    new CreateIntegrationCommand({
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arn,
      PayloadFormatVersion: '2.0',
    }),
  )
  integration = `integrations/${made.IntegrationId}`
  for (const RouteKey of ['ANY /start', 'GET /notes/{id}', 'ANY /files/{proxy+}', 'GET /closed'])
    await client.send(new CreateRouteCommand({ ApiId: apiId, RouteKey, Target: integration }))
  await client.send(new CreateStageCommand({ ApiId: apiId, StageName: 'dev', AutoDeploy: true }))
  for (const [StatementId, path] of [
    ['start', 'start'],
    ['notes', 'notes/{id}'],
    ['files', 'files/*'],
  ])
    await aws.client(LambdaClient).send(
      new AddPermissionCommand({
        FunctionName: 'web',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:us-east-1:123456789012:${apiId}/dev/*/${path}`,
      }),
    )
})
afterAll(() => aws.stop())

const get = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(url + path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const eventOf = async (path: string, init: RequestInit = {}) => JSON.parse((await get(path, init)).text).event

test('a route hands its function the whole event of payload 2.0', async () => {
  const event = await eventOf('/dev/start?a=1&a=2&b=x%20y', {
    method: 'POST',
    headers: { cookie: 'c=1; d=2', 'content-type': 'application/json', 'X-Test': 'Yes' },
    body: '{"z":1}',
  })
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /start',
    rawPath: '/dev/start',
    rawQueryString: 'a=1&a=2&b=x%20y',
    cookies: ['c=1', 'd=2'],
    queryStringParameters: { a: '1,2', b: 'x y' },
    headers: { 'x-test': 'Yes', 'content-type': 'application/json' },
    body: '{"z":1}',
    isBase64Encoded: false,
    requestContext: {
      accountId: '123456789012',
      apiId,
      domainPrefix: apiId,
      http: { method: 'POST', path: '/dev/start', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      routeKey: 'ANY /start',
      stage: 'dev',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  })
  expect(event.headers).not.toHaveProperty('cookie')
  for (const absent of ['pathParameters', 'stageVariables']) expect(event).not.toHaveProperty(absent)
})

test('variables of the path arrive decoded; other bodies than text as base64', async () => {
  expect((await eventOf('/dev/notes/a%20b')).pathParameters).toEqual({ id: 'a b' })
  expect((await eventOf('/dev/files/x/y')).pathParameters).toEqual({ proxy: 'x/y' })
  const { body, isBase64Encoded } = await eventOf('/dev/start', {
    method: 'POST',
    body: new Uint8Array([255]),
  })
  expect([body, isBase64Encoded]).toEqual(['/w==', true])
})

test('what the function returns becomes the answer', async () => {
  const plain = await get('/dev/start?do=plain')
  expect([plain.status, plain.headers.get('content-type'), plain.text]).toEqual([
    200,
    'application/json',
    '{"hello":"world"}',
  ])
  const full = await get('/dev/start?do=full')
  expect([full.status, full.headers.get('x-a'), full.text]).toEqual([201, '1', 'hi'])
  expect(full.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test.each(['/dev/start?do=wrong', '/dev/start?do=throws', '/dev/closed'])(
  '%s, which fails or may not be invoked, is 500',
  async path => {
    expect(await get(path)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' })
  },
)

test.each(['/', '/start', '/dev', '/dev/other', '/dev/files', '/dev/start/'])(
  '%s, which is no route, is 404',
  async path => {
    expect(await get(path)).toMatchObject({ status: 404, text: '{"message":"Not Found"}' })
  },
)

test('the API answers preflights itself, and strangers get no leave', async () => {
  const ask = (origin: string) =>
    get('/dev/start', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })
  const known = await ask('https://app.example')
  expect(known.status).toBe(204)
  expect(Object.fromEntries(known.headers)).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'authorization',
    'access-control-max-age': '60',
  })
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
  const answer = await get('/dev/start?do=plain', { headers: { origin: 'https://app.example' } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
})

test('a page of a distribution on loopback has the leave of its names in AWS', async () => {
  const [site, stranger] = [await Site.open(aws), await Site.open(aws)]
  const { ApiId = '', ApiEndpoint = '' } = await client.send(
    new CreateApiCommand({
      Name: 'of-the-site',
      ProtocolType: 'HTTP',
      CorsConfiguration: { AllowOrigins: [`https://${site.domain}`], AllowMethods: ['POST'] },
    }),
  )
  const leave = async (origin: string, method: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const answer = await fetch(ApiEndpoint, { method, headers })
    return answer.headers.get('access-control-allow-origin')
  }
  const local = site.url.replace('127.0.0.1', 'localhost')
  for (const origin of [site.url, local, `https://${site.domain}`])
    expect([await leave(origin, 'OPTIONS'), await leave(origin, 'GET')]).toEqual([origin, origin])
  for (const origin of [
    stranger.url,
    site.url.replace('http:', 'https:'),
    `${site.url}0`,
    'http://localhost',
  ])
    expect(await leave(origin, 'OPTIONS')).toBeNull()
  await client.send(new DeleteApiCommand({ ApiId }))
})

test('a route with an authorizer lets in who has a token, and tells the function whose it is', async () => {
  const issuer = await openIssuer()
  const { AuthorizerId } = await client.send(
    new CreateAuthorizerCommand({
      ApiId: apiId,
      Name: 'tokens',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: issuer.url, Audience: ['app'] },
    }),
  )
  await client.send(
    new CreateRouteCommand({
      ...{ ApiId: apiId, RouteKey: 'GET /files/private', Target: integration },
      ...{ AuthorizationType: 'JWT', AuthorizerId },
    }),
  )
  const asked = (authorization?: string) =>
    get('/dev/files/private', authorization === undefined ? {} : { headers: { authorization } })

  const without = await asked()
  expect([without.status, without.text]).toEqual([401, '{"message":"Unauthorized"}'])
  expect(without.headers.get('www-authenticate')).toBe('Bearer')
  const malformed = await asked('Bearer abc.def')
  expect(malformed.status).toBe(401)
  expect(malformed.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)

  // The emulator's clock is not this machine's.
  const lasting = { iat: 0, exp: 4e9 }
  const good = await asked(`Bearer ${await issuer.sign({ sub: 'ann', aud: 'app', ...lasting })}`)
  expect(good.status).toBe(200)
  expect(JSON.parse(good.text).event.requestContext.authorizer).toMatchObject({
    jwt: { claims: { sub: 'ann', aud: 'app' }, scopes: null },
  })

  // A route that takes every method takes preflights as well, and those have no token.
  const guarded = { ApiId: apiId, Target: integration, AuthorizationType: 'JWT', AuthorizerId } as const
  await client.send(new CreateRouteCommand({ ...guarded, RouteKey: 'ANY /files/guarded' }))
  const preflight = async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    return (await get('/dev/files/guarded', { method: 'OPTIONS', headers })).status
  }
  expect(await preflight()).toBe(401)
  const open = { ApiId: apiId, Target: integration, RouteKey: 'OPTIONS /files/guarded' }
  await client.send(new CreateRouteCommand(open))
  expect(await preflight()).toBe(204)
  await issuer.close()
})

test('a stage with half of its throttling refuses everything', async () => {
  await client.send(new CreateStageCommand({ ApiId: apiId, StageName: 'trap', AutoDeploy: true }))
  expect((await get('/trap/start?do=plain')).status).not.toBe(429)
  await client.send(
    new UpdateStageCommand({
      ApiId: apiId,
      StageName: 'trap',
      DefaultRouteSettings: { ThrottlingRateLimit: 10 },
    }),
  )
  expect(await get('/trap/start?do=plain')).toMatchObject({
    status: 429,
    text: '{"message":"Too Many Requests"}',
  })
})

test('an API is listed with its address and stops listening when it is deleted', async () => {
  const { ApiId = '', ApiEndpoint = '' } = await client.send(
    new CreateApiCommand({ Name: 'brief', ProtocolType: 'HTTP' }),
  )
  const addresses = async () => {
    const told = await (await fetch(`${aws.endpoint}/_storyarch/addresses`)).json()
    return (told as { apis: Record<string, string> }).apis
  }
  expect(await addresses()).toMatchObject({ [ApiId]: ApiEndpoint, [apiId]: url })
  expect((await fetch(ApiEndpoint)).status).toBe(404)
  await client.send(new DeleteApiCommand({ ApiId }))
  await expect(fetch(ApiEndpoint)).rejects.toThrow()
  expect(await addresses()).not.toHaveProperty(ApiId)
})

test('after a restart APIs listen again, elsewhere when another program has the port', async () => {
  await aws.restart()
  expect((await get('/dev/start?do=plain')).status).toBe(200)
  const thief = createServer()
  const { port } = new URL(url)
  await aws.restart(() => new Promise(resolve => thief.listen(Number(port), '127.0.0.1', () => resolve())))
  const { ApiEndpoint = '' } = await aws.client(ApiGatewayV2Client).send(new GetApiCommand({ ApiId: apiId }))
  expect(ApiEndpoint).not.toBe(url)
  expect((await fetch(`${ApiEndpoint}/dev/start?do=plain`)).status).toBe(200)
  await new Promise(resolve => thief.close(resolve))
  expect(aws.faults).toEqual([])
})
