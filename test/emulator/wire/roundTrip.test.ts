import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServiceName } from '../../../src/emulator/services.ts'
import type { Shape } from '../../../src/emulator/wire/codecs.ts'
import { type Operation, openSchemas } from '../../../src/emulator/wire/schemas.ts'
import { type AnyClient, anyClient, SERVICE_NAMES } from './clients.ts'
import { type Desk, openDesk, plain, whole } from './desk.ts'
import { sample, type Wanted } from './sample.ts'

/** Members the SDK fills in or works out by itself, by service. */
const OWN_BUSINESS: Partial<Record<ServiceName, RegExp>> = {
  s3: /^(ContentLength|ContentMD5|ContentEncoding|Checksum(?!Mode).*|.*SSECustomerKey(MD5)?|ExpiresString|Expires|Bucket|ContentRange)$/,
  // Asks for a signature over many regions, which needs a native package.
  events: /^EndpointId$/,
  // The client cuts everything up to the last slash off these.
  route53: /^(HostedZoneId|Id|DelegationSetId|HostedZoneIdMarker|ChangeInfo.Id)$/,
}

/** What is left out of a sample and out of the comparison. */
const wanted =
  (service: ServiceName): Wanted =>
  path =>
    !OWN_BUSINESS[service]?.test(path)

const isEventStream = (shape: Shape): boolean =>
  shape.isStructSchema() &&
  [...shape.structIterator()].some(([, member]) => member.isStreaming() && member.isStructSchema())

const strip = (service: ServiceName, value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => wanted(service)(name)))

const labelsFor = (service: ServiceName, shape: Shape): Record<string, unknown> => {
  if (!shape.isStructSchema()) return {}
  const names = [...shape.structIterator()].map(([name]) => name)
  if (service === 's3') return names.includes('Bucket') ? { Bucket: 'a-bucket' } : {}
  if (service !== 'route53') return {}
  return Object.fromEntries(
    ['HostedZoneId', 'Id', 'DelegationSetId'].filter(name => names.includes(name)).map(name => [name, 'Z1']),
  )
}

const inputOf = (service: ServiceName, { name, input }: Operation): Record<string, unknown> =>
  input.isStructSchema()
    ? { ...(sample(input, `${service}.${name}.in`, wanted(service)) as object), ...labelsFor(service, input) }
    : {}

const outputOf = (service: ServiceName, { name, output }: Operation): Record<string, unknown> =>
  output.isStructSchema()
    ? {
        ...(sample(output, `${service}.${name}.out`, wanted(service)) as object),
        ...([...output.structIterator()].some(([, member]) => member.getMergedTraits().httpResponseCode)
          ? { [statusMember(output)]: 200 }
          : {}),
      }
    : {}

const statusMember = (output: Shape): string =>
  [...output.structIterator()].find(([, member]) => member.getMergedTraits().httpResponseCode)?.[0] ?? ''

describe('every operation of every service, called with the SDK', () => {
  const schemas = openSchemas()
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk.close())

  describe.each(SERVICE_NAMES)('%s', service => {
    const model = schemas.model(service)
    const operations = [...model.operations.values()].filter(
      ({ input, output }) => !isEventStream(input) && !isEventStream(output),
    )
    let client: AnyClient
    beforeAll(async () => {
      client = await anyClient(service, desk.endpoint)
    })
    afterAll(() => client.destroy())

    test('hands the handler what the caller said, and the caller what the handler answered', async () => {
      const differences: unknown[] = []
      for (const operation of operations) {
        const input = inputOf(service, operation)
        const output = outputOf(service, operation)
        desk.output = output
        desk.input = undefined
        const got = await client.send(operation.name, input).then(whole, error => ({ failed: String(error) }))
        const seen = strip(service, (desk.input ?? {}) as Record<string, unknown>)
        const said = strip(service, await whole(input))
        if (!same(seen, said)) differences.push({ operation: operation.name, said, seen, got })
        else if (!same(strip(service, got), strip(service, await whole(output))))
          differences.push({ operation: operation.name, answered: plain(output), got })
      }
      expect(differences).toEqual([])
      expect(operations.length).toBeGreaterThan(8)
    })
  })
})

const same = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b)
    return true
  } catch {
    return false
  }
}
