import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSchemas } from '../../../src/emulator/wire/schemas.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const { services } = openSchemas()
const names = Object.keys(services)
const scopes = Object.values(services).map(({ signing }) => signing)

const operation = fc
  .constantFrom(...names)
  .chain(name =>
    fc
      .constantFrom(...openSchemas().model(name).operations.keys())
      .map(each => ({ name, operation: each, facts: services[name] })),
  )

const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc.constantFrom('<a><b>', '<A xmlns="x">&nope;</A>', '<A/>', '[]', 'null', '{"__proto__":{"a":1}}', '"x"'),
)
const path = fc.oneof(
  fc.webPath(),
  fc.constantFrom(
    '/',
    '/%',
    '/b/%zz',
    '/2015-03-31/functions/%',
    '/v2/apis/a/routes',
    '//',
    '/b?versioning&acl',
  ),
)

test('no request, whatever it says, is answered as a bug', async () => {
  await fc.assert(
    fc.asyncProperty(
      operation,
      fc.constantFrom('json', 'form', 'cbor', 'rest'),
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
      fc.constantFrom(...scopes),
      path,
      body,
      async (asked, kind, method, scope, url, content) => {
        const { facts } = asked
        const headers: Record<string, string> = {
          authorization: `AWS4-HMAC-SHA256 Credential=a/b/us-east-1/${scope}/aws4_request`,
        }
        if (kind === 'json') headers['x-amz-target'] = `${facts?.target}.${asked.operation}`
        if (kind === 'form') headers['content-type'] = 'application/x-www-form-urlencoded'
        if (kind === 'cbor') headers['smithy-protocol'] = 'rpc-v2-cbor'
        const form = `Action=${asked.operation}&Version=${facts?.version}&${String(content)}`
        const target =
          kind === 'cbor'
            ? `/service/${facts?.target}/operation/${asked.operation}`
            : kind === 'rest'
              ? url
              : '/'
        const how = kind === 'rest' ? method : 'POST'
        desk.output = {}
        const response = await fetch(desk.endpoint + target, {
          method: how,
          headers,
          ...(how === 'GET' ? {} : { body: kind === 'form' ? form : content }),
        })
        const text = await response.text()
        expect(response.status, text).not.toBe(500)
      },
    ),
    { numRuns: 400 },
  )
})
