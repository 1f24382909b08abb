import { createHmac, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JwtJudge, openJwtAuthorizer } from '../../../src/emulator/dataplane/jwtAuthorizer.ts'
import { tokenIn } from '../../../src/emulator/dataplane/tokenIn.ts'
import { type Issuer, openIssuer } from './issuer.ts'

let issuer: Issuer
let judge: JwtJudge
beforeAll(async () => {
  issuer = await openIssuer()
  judge = openJwtAuthorizer()
})
afterAll(() => issuer.close())

const demand = (more: object = {}) => ({ issuer: issuer.url, audience: ['app'], scopes: [], ...more })
const judged = (token: string, more: object = {}) => judge(token, demand(more), Date.now())
const now = () => Math.floor(Date.now() / 1000)

test('a good token tells its claims as text', async () => {
  const token = await issuer.sign({ sub: 'ann', aud: ['app', 'other'], scope: 'read write', admin: true })
  expect(await judged(token)).toEqual({
    grant: {
      claims: expect.objectContaining({ sub: 'ann', aud: '[app other]', admin: 'true', iss: issuer.url }),
      scopes: ['read', 'write'],
    },
  })
})

test('client_id stands for the audience where there is none', async () => {
  expect(await judged(await issuer.sign({ client_id: 'app' }))).toHaveProperty('grant')
  expect(await judged(await issuer.sign({ client_id: 'app', aud: 'x' }))).toMatchObject({ status: 401 })
})

test.each<[string, () => JWTPayload]>([
  ['of another issuer', () => ({ aud: 'app', iss: 'https://elsewhere.example' })],
  ['for another audience', () => ({ aud: 'x' })],
  ['for nobody', () => ({})],
  ['that has ended', () => ({ aud: 'app', exp: now() - 1 })],
  ['that never ends', () => ({ aud: 'app', exp: undefined })],
  ['that is not good yet', () => ({ aud: 'app', nbf: now() + 60 })],
  ['of the future', () => ({ aud: 'app', iat: now() + 60 })],
])('a token %s is refused', async (_, claims) => {
  expect(await judged(await issuer.sign(claims()))).toMatchObject({
    status: 401,
    why: expect.stringMatching(/^error="invalid_token" error_description="[^"]+"$/),
  })
})

test('a token with another key, none, or a public key used as a secret is refused', async () => {
  const claims = { iss: issuer.url, aud: 'app', exp: now() + 300 }
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey)
  const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`
  const keys = await (await fetch(`${issuer.url}/keys`)).text()
  const confused = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims)}`
  const hmac = createHmac('sha256', keys).update(confused).digest('base64url')
  for (const token of [forged, unsigned, `${confused}.${hmac}`])
    expect(await judged(token)).toMatchObject({ status: 401 })
  expect(await judged(await issuer.sign(claims, { kid: 'two' }))).toMatchObject({ status: 401 })
})

test('no text that is not a token gets in, whatever it is', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 60, unit: 'binary' }), async text => {
      expect(await judged(text)).toMatchObject({ status: 401 })
    }),
  ))

test('no changed byte of a good token gets in', async () => {
  const token = await issuer.sign({ aud: 'app' })
  // The last character of a signature has bits that mean nothing.
  const places = fc.integer({ min: 0, max: token.length - 2 })
  await fc.assert(
    fc.asyncProperty(places, fc.constantFrom(...'AQgw09-_.'), async (at, character) => {
      fc.pre(token[at] !== character)
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      expect(await judged(changed)).toMatchObject({ status: 401 })
    }),
  )
})

test('one of the demanded scopes is enough, none is forbidden', async () => {
  const token = await issuer.sign({ aud: 'app', scp: ['read'] })
  expect(await judged(token, { scopes: ['write', 'read'] })).toHaveProperty('grant')
  expect(await judged(token, { scopes: ['write'] })).toEqual({
    status: 403,
    why: 'error="insufficient_scope"',
  })
})

test('an issuer nobody reaches lets nobody in', async () => {
  const token = await issuer.sign({ aud: 'app' })
  expect(await judged(token, { issuer: 'http://127.0.0.1:9' })).toMatchObject({ status: 401 })
})

test.each([
  ['$request.header.Authorization', 'Bearer abc', 'abc'],
  ['$request.header.Authorization', 'abc', 'abc'],
  ['$request.header.Authorization', 'Bearer ', null],
  ['$request.header.X-Token', 'abc', null],
  ['$request.querystring.token', '', 'def'],
  ['', 'abc', null],
])('a token is looked for at %s: %s', (source, authorization, token) => {
  expect(tokenIn(source, { authorization }, 'token=def')).toBe(token)
})
