import { randomUUID } from 'node:crypto'
import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetAuthorizersCommand,
  UpdateAuthorizerCommand,
} from '@aws-sdk/client-apigatewayv2'
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Issuer, openIssuer } from '../emulator/dataplane/issuer.ts'
import { bringUp, type LivingBackend } from './livingBackend.ts'
import { localPlace, onFreePort, type Place } from './place.ts'

const NOTES = 'manifests/notes.yaml'

let place: Place
let issuer: Issuer
beforeAll(async () => {
  place = await localPlace()
  issuer = await openIssuer()
  await onFreePort(place)
}, 60_000)
afterAll(async () => {
  await issuer.close()
  await place.close()
})

let mode = ''
/** The stack again, now with that way of asking who comes. */
const withAuth = async (auth: string): Promise<LivingBackend> => {
  if (mode === '') await place.edit(NOTES, /$/, `\napi:\n  auth: ${auth}\n`)
  else await place.edit(NOTES, `auth: ${mode}`, `auth: ${auth}`)
  mode = auth
  return bringUp(place, NOTES)
}

const asked = async (backend: LivingBackend, query: string, init: RequestInit = {}) => {
  const answer = await fetch(`${backend.startUrl}${query}`, init)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Nothing has come of it: nobody's task runs, and the table says so. */
const isUntouched = async (backend: LivingBackend): Promise<void> => {
  expect(await backend.tasks()).toEqual([])
  expect(await backend.task()).toMatchObject({ state: 'ASLEEP', generation: 0 })
}

describe('what nobody understands is answered, and wakes nobody', () => {
  let backend: LivingBackend
  beforeAll(async () => {
    backend = await withAuth('none')
  }, 60_000)
  afterAll(async () => {
    await isUntouched(backend)
    backend.aws.close()
  })

  test.each<[string, string, string, number, RegExp]>([
    ['another method', 'PUT', '', 405, /PUT is not understood/],
    ['a method that removes', 'DELETE', '?action=start', 405, /Use GET or POST/],
    ['an unknown action', 'GET', '?action=destroy', 400, /action=start/],
    ['two actions', 'GET', '?action=start&action=ping', 400, /no such action/],
    ['a huge query', 'POST', `?x=${'y'.repeat(2000)}`, 414, /longer than/],
    // The server itself ends it there, as API Gateway does at 10 kB.
    ['a query beyond all measure', 'GET', `?x=${'y'.repeat(40_000)}`, 431, /^/],
  ])('%s', async (_, method, query, status, told) => {
    const answer = await asked(backend, query, { method })
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(told)])
  })
})

/** A manifest names issuers by https alone; the one of this test speaks http. */
const askIssuer = async ({ aws }: LivingBackend): Promise<void> => {
  const gateway = aws.client(ApiGatewayV2Client)
  const { Items: [api] = [] } = await gateway.send(new GetApisCommand({}))
  const { Items: [authorizer] = [] } = await gateway.send(new GetAuthorizersCommand({ ApiId: api?.ApiId }))
  expect(authorizer?.JwtConfiguration?.Audience).toEqual(['notes'])
  await gateway.send(
    new UpdateAuthorizerCommand({
      ApiId: api?.ApiId,
      AuthorizerId: authorizer?.AuthorizerId,
      JwtConfiguration: { Issuer: issuer.url, Audience: ['notes'] },
    }),
  )
}

test('with auth: jwt the issuer’s tokens open, and only those', async () => {
  const backend = await withAuth('{ jwt: { issuer: https://issuer.example, audience: notes } }')
  await askIssuer(backend)
  const forAnother = await issuer.sign({ aud: 'another' })
  const ended = await issuer.sign({ aud: 'notes', exp: 1 })
  for (const token of ['', 'malformed', 'a.b.c', `${randomUUID()}.${randomUUID()}.`, forAnother, ended])
    expect((await asked(backend, '', bearing(token))).status).toBe(401)
  expect((await asked(backend, '')).status).toBe(401)
  await isUntouched(backend)

  const good = await asked(backend, '', bearing(await issuer.sign({ aud: 'notes', sub: 'ann' })))
  expect([good.status, JSON.parse(good.text)]).toEqual([200, expect.objectContaining({ status: 'started' })])
  expect(await backend.task()).toMatchObject({ generation: 1, wokenBy: expect.stringMatching(/^ann /) })
  expect((await place.storyarch('stop', '--local', '-m', NOTES)).code).toBe(0)
  backend.aws.close()
}, 90_000)

test('with auth: token the stack’s own token opens, and only that', async () => {
  const backend = await withAuth('token')
  const { Parameters = [] } = await backend.aws
    .client(SSMClient)
    .send(new GetParametersByPathCommand({ Path: '/', Recursive: true, WithDecryption: true }))
  const token = Parameters.find(({ Name }) => Name?.includes('notes'))?.Value ?? ''
  expect(token).toMatch(/^\S+$/)
  for (const wrong of [undefined, bearing(''), bearing('wrong'), bearing(`${token}x`)]) {
    const answer = await asked(backend, '', wrong)
    expect([answer.status, answer.text.includes(token)]).toEqual([401, false])
  }
  expect(await backend.tasks()).toEqual([])

  const good = await asked(backend, '', bearing(token))
  expect([good.status, JSON.parse(good.text)]).toEqual([200, expect.objectContaining({ status: 'started' })])
  expect((await place.storyarch('stop', '--local', '-m', NOTES)).code).toBe(0)
  backend.aws.close()
}, 90_000)
