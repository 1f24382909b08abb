import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AwsRequest, awsSender } from '../../../src/runtime/aws/awsSender.ts'
import { encodedKey } from '../../../src/runtime/aws/s3.ts'

const REGION = 'eu-central-1'
const KEYS = { accessKeyId: 'AKID', secretAccessKey: 'secret/with+signs', sessionToken: 'a/session+token==' }

interface Got {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

let got: Got
let origin: URL
const server = createServer(async (request, response) => {
  const { method = '', url = '', headers } = request
  got = { method, url, headers, body: Buffer.concat(await request.toArray()) }
  response.end()
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => server.close())

const send = awsSender({
  region: REGION,
  credentials: async () => KEYS,
  patience: { attempts: 1, pauseMs: 0, deniedAttempts: 1 },
  timeoutMs: 5_000,
  onRetry: () => {},
  chance: () => 0,
})

/** SHA-256 as the SDK's signer wants it. */
class Sha256 {
  #hash
  constructor(secret?: unknown) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(secret as string))
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
  reset() {}
}

/** What the SDK's signer makes of the request as it came over the wire. */
const signedBySdk = async (service: string): Promise<string> => {
  const { authorization, connection, expect: _, ...headers } = got.headers as Record<string, string>
  const url = new URL(got.url, origin)
  const signer = new SignatureV4({
    service,
    region: REGION,
    credentials: KEYS,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  })
  const day = headers['x-amz-date'] ?? ''
  const at = day.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')
  const { headers: signed } = await signer.sign(
    {
      method: got.method,
      protocol: 'http:',
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: got.body,
    },
    { signingDate: new Date(at) },
  )
  return signed['authorization'] ?? ''
}

const FILE = Buffer.from('the bytes of a file')

const requests: Record<string, Omit<AwsRequest, 'origin'>> = {
  'a call in JSON': {
    service: 'dynamodb',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body: JSON.stringify({ Key: { id: { S: 'ä' } } }),
  },
  'a form': {
    service: 'monitoring',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: 'Action=PutMetricData&Namespace=a%2Fb',
  },
  'an object of a plain key': {
    service: 's3',
    method: 'GET',
    path: '/bucket/db.sqlite3',
    headers: {},
    body: '',
  },
  'an object of a key with signs': {
    service: 's3',
    method: 'GET',
    path: `/bucket/${encodedKey("a b/ü+(1)*!'/what?#%41&=$@:,;.sqlite3")}`,
    headers: { 'x-amz-checksum-mode': 'ENABLED' },
    body: '',
  },
  'a list': {
    service: 's3',
    method: 'GET',
    path: '/bucket/?max-keys=1&prefix=a%20b%2F%C3%BC%2B&versions=',
    headers: {},
    body: '',
  },
  'an upload of a file': {
    service: 's3',
    method: 'PUT',
    path: '/bucket/db.sqlite3',
    headers: {
      'content-type': 'application/vnd.sqlite3',
      'if-none-match': '*',
      'x-amz-meta-sa-reason': 'stop',
    },
    body: {
      open: () => Readable.from([FILE]),
      bytes: FILE.length,
      sha256: createHash('sha256').update(FILE).digest('hex'),
    },
  },
}

test.for(Object.entries(requests))('%s is signed as the SDK signs it', async ([, request]) => {
  const { body } = await send({ ...request, origin }, AbortSignal.timeout(5_000))
  body.resume()
  expect(got.headers.authorization).toBe(await signedBySdk(request.service))
  const sent = typeof request.body === 'string' ? request.body : FILE.toString()
  expect(got.body.toString()).toBe(sent)
})
