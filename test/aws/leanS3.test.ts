import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { leanS3 } from '../../src/aws/leanS3.ts'
import { isAwsError } from '../../src/awsError.ts'
import type { S3Request } from '../../src/resource.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server that answers the nth request as `answers[n]` does, the last one for ever. */
const serving = async (...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) => {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', text => {
      body += text
    })
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body })
      answers[Math.min(seen.length, answers.length) - 1]?.(response, request)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const counted: string[] = []
  let keysAsked = 0
  const s3 = leanS3({
    region: 'eu-west-1',
    partition: 'aws',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: async () => {
      keysAsked++
      return { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' }
    },
    maxAttempts: 3,
    count: operation => counted.push(operation),
  })
  closers.push(() => {
    s3.close()
    server.closeAllConnections()
    server.close()
  })
  return { s3, seen, counted, keysAsked: () => keysAsked }
}

const put = (over: Partial<S3Request> = {}): S3Request => ({
  operation: 'PutObject',
  method: 'PUT',
  bucket: 'notes',
  key: 'über/a b+c#d?.txt',
  query: {},
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('hello'),
  signal: new AbortController().signal,
  ...over,
})

const fine = (response: ServerResponse): void => {
  response.setHeader('etag', '"abc"')
  response.end()
}
const fails = (status: number, code: string) => (response: ServerResponse) => {
  response.statusCode = status
  response.end(`<Error><Code>${code}</Code><Message>no &amp; no</Message></Error>`)
}

test('sends one signed request with the key encoded and the session named', async () => {
  const { s3, seen, counted } = await serving(fine)
  const { headers } = await s3.send(put())
  expect(headers['etag']).toBe('"abc"')
  expect(seen).toHaveLength(1)
  expect(seen[0]).toMatchObject({
    method: 'PUT',
    url: '/notes/%C3%BCber/a%20b%2Bc%23d%3F.txt',
    body: 'hello',
    headers: { 'content-length': '5', 'x-amz-security-token': 'session' },
  })
  expect(seen[0]?.headers.authorization).toContain('/eu-west-1/s3/aws4_request')
  expect(counted).toEqual(['PutObject'])
})

test('tries throttles, faults of the server and lost connections again, counted once', async () => {
  const { s3, seen, counted } = await serving(
    fails(503, 'SlowDown'),
    (_response, request) => request.socket.destroy(),
    fine,
  )
  const body = {
    bytes: 5,
    open: async function* () {
      yield Buffer.from('hello')
    },
  }
  await s3.send(put({ body }))
  expect(seen.map(({ body }) => body)).toEqual(['hello', 'hello', 'hello'])
  expect(counted).toEqual(['PutObject'])
})

test('throws what an SDK client would: name, code, status; refusals at once, faults after the last attempt', async () => {
  const refused = await serving(fails(403, 'AccessDenied'))
  const denied = await refused.s3.send(put()).catch(error => error)
  expect(isAwsError(denied, 'AccessDenied')).toBe(true)
  expect(denied.message).toContain('no & no')
  expect(denied.$metadata.httpStatusCode).toBe(403)
  expect(refused.seen).toHaveLength(1)
  const down = await serving(fails(500, 'InternalError'))
  await expect(down.s3.send(put())).rejects.toMatchObject({ name: 'InternalError' })
  expect(down.seen).toHaveLength(3)
})

test('takes an error told with status 200 for one', async () => {
  const { s3, seen } = await serving(fails(200, 'InternalError'))
  await expect(s3.send(put({ operation: 'CopyObject', body: null }))).rejects.toMatchObject({
    name: 'InternalError',
  })
  expect(seen).toHaveLength(3)
})

test('ends at once when it is interrupted, and its connection with it', async () => {
  const stop = new AbortController()
  const { s3 } = await serving(() => stop.abort(new Error('interrupted')))
  await expect(s3.send(put({ signal: stop.signal }))).rejects.toThrow('interrupted')
  await expect(s3.send(put({ signal: stop.signal }))).rejects.toThrow('interrupted')
})

test('an error of the body is told as it is, not tried again', async () => {
  const { s3 } = await serving(fine)
  let opened = 0
  const body = {
    bytes: 5,
    open: async function* () {
      opened++
      yield Buffer.from('he')
      throw new Error('the file became shorter')
    },
  }
  await expect(s3.send(put({ body }))).rejects.toThrow('the file became shorter')
  expect(opened).toBe(1)
})

test('asks for credentials now and then, not each time', async () => {
  const { s3, keysAsked } = await serving(fine)
  for (let at = 0; at < 5; at++) await s3.send(put())
  expect(keysAsked()).toBe(1)
})

test('goes by the clock of S3 where this machine goes by another one', async () => {
  const { s3, seen } = await serving((response, request) => {
    const nowMs = Date.now() - 3_600_000
    const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(String(request.headers['x-amz-date'])) ?? []
    const signedMs = Date.parse(`${day}T${time}Z`.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
    response.setHeader('date', new Date(nowMs).toUTCString())
    if (Math.abs(signedMs - nowMs) < 900_000) fine(response)
    else fails(403, 'RequestTimeTooSkewed')(response)
  })
  await Promise.all([s3.send(put()), s3.send(put())])
  await s3.send(put())
  expect(seen).toHaveLength(5)
})

test('tells that the clocks differ where going by the other one does not help', async () => {
  const { s3, seen } = await serving(fails(403, 'RequestTimeTooSkewed'))
  await expect(s3.send(put())).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' })
  expect(seen).toHaveLength(2)
})
