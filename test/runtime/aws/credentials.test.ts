import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialSource } from '../../../src/runtime/aws/credentials.ts'
import { getItem } from '../../../src/runtime/aws/dynamoDb.ts'
import { openAws } from '../../../src/runtime/aws/openAws.ts'

const HOUR_MS = 3_600_000

let answers: (() => { status: number; body: object })[]
let asked: { url: string | undefined; headers: IncomingHttpHeaders }[]
let base: string
let now: number
const server = createServer((request, response) => {
  asked.push({ url: request.url, headers: request.headers })
  const { status, body } = (answers.length > 1 ? answers.shift() : answers[0])?.() ?? {
    status: 404,
    body: {},
  }
  response.writeHead(status).end(JSON.stringify(body))
})
beforeEach(async () => {
  asked = []
  now = Date.UTC(2026, 0, 1)
  answers = [lent]
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

let serial = 0
const lent = () => ({
  status: 200,
  body: {
    AccessKeyId: `lent ${++serial}`,
    SecretAccessKey: 'secret',
    Token: 'token',
    Expiration: new Date(now + HOUR_MS).toISOString(),
  },
})

const source = (env: Record<string, string>) => credentialSource(env, () => now)
const task = () => source({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${base}/role` })

test('keys in the environment are taken as they are', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
  const none = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: null }
  expect(await source(keys)()).toEqual(none)
  expect(await source({ ...keys, AWS_SESSION_TOKEN: 'token' })()).toEqual({ ...none, sessionToken: 'token' })
  expect(asked).toEqual([])
})

test('without any it says so', async () => {
  await expect(source({})()).rejects.toThrow(/no AWS credentials/)
})

describe('the role of a task', () => {
  test('is asked for once, by all who need it at once, and kept', async () => {
    const credentials = task()
    const all = await Promise.all([credentials(), credentials()])
    all.push(await credentials())
    for (const one of all) expect(one).toEqual(all[0])
    expect(all[0]).toMatchObject({ secretAccessKey: 'secret', sessionToken: 'token' })
    expect(asked.map(({ url }) => url)).toEqual(['/role'])
  })

  test('is asked for again shortly before it expires', async () => {
    const credentials = task()
    const first = await credentials()
    now += HOUR_MS - 6 * 60_000
    expect(await credentials()).toEqual(first)
    now += 2 * 60_000
    expect(await credentials()).not.toEqual(first)
    expect(asked).toHaveLength(2)
  })

  test('is asked for with the token of the container, as it is at that moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storyarch-token-'))
    const file = join(folder, 'token')
    writeFileSync(file, 'from the file\n')
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${base}/role` }
    await source({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'from the environment' })()
    await source({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file })()
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'from the environment',
      'from the file',
    ])
    rmSync(folder, { recursive: true })
  })

  test('is waited for when its endpoint stumbles', async () => {
    answers = [() => ({ status: 500, body: {} }), () => ({ status: 500, body: {} }), lent]
    expect(await task()()).toMatchObject({ secretAccessKey: 'secret' })
  })

  test('is good to its end, though the endpoint does not answer when it is to be renewed', async () => {
    const credentials = task()
    const first = await credentials()
    now += HOUR_MS - 60_000
    answers = [() => ({ status: 500, body: {} })]
    expect(await credentials()).toEqual(first)
    now += 60_000
    await expect(credentials()).rejects.toThrow(/answered 500/)
    answers = [lent]
    expect(await credentials()).not.toEqual(first)
  })

  test('that cannot be had for a while is waited for as long as the caller has patience', async () => {
    const stumbles = Array.from({ length: 12 }, () => () => ({ status: 429, body: {} }))
    answers = [...stumbles, lent, () => ({ status: 200, body: { Item: {} } })]
    const patience = { attempts: 4, pauseMs: 1, deniedAttempts: 1 }
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: base,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${base}/role`,
    }
    const aws = openAws(env, { patience, timeoutMs: 5_000, onRetry: () => {} })
    const asking = getItem(aws, { TableName: 't', Key: {} }, AbortSignal.timeout(20_000))
    expect(await asking).toEqual({ Item: {} })
  })

  test('that could not be had is asked for again the next time', async () => {
    answers = [() => ({ status: 500, body: {} })]
    const credentials = task()
    await expect(credentials()).rejects.toThrow(/answered 500/)
    answers = [lent]
    expect(await credentials()).toMatchObject({ secretAccessKey: 'secret' })
  })
})
