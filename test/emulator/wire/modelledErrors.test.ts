import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../../src/emulator/service.ts'
import type { Shape } from '../../../src/emulator/wire/codecs.ts'
import { type ErrorTraits, openSchemas } from '../../../src/emulator/wire/schemas.ts'
import { ASKS } from './asks.ts'
import { type AnyClient, anyClient, SERVICE_NAMES } from './clients.ts'
import { type Desk, openDesk, plain } from './desk.ts'
import { sample } from './sample.ts'

/** Two errors with one code in the query protocol: the SDK takes the other one. */
const AMBIGUOUS = ['DashboardNotFoundError']

const fieldsOf = (shape: Shape): Record<string, unknown> =>
  sample(shape, shape.getName() ?? '', path => !/^(message|Message|Type|Code)$/.test(path)) as Record<
    string,
    unknown
  >

describe('every modelled error of every service', () => {
  const schemas = openSchemas()
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk.close())

  test.each(SERVICE_NAMES)(
    '%s: reaches the caller as its class, with status, message and members',
    async service => {
      const client: AnyClient = await anyClient(service, desk.endpoint)
      const shapes = [...new Set(schemas.model(service).errors.values())].filter(
        shape => !AMBIGUOUS.includes(shape.getName() ?? ''),
      )
      for (const shape of shapes) {
        const name = shape.getName() ?? ''
        const fields = fieldsOf(shape)
        desk.output = new AwsError(name, `about ${name} & <more>`, { fields })
        const caught: unknown = await client.send(...ASKS[service]).catch((error: unknown) => error)
        const { error, httpError, awsQueryError } = shape.getMergedTraits() as ErrorTraits
        const query = ['awsQuery', 'ec2Query'].includes(schemas.model(service).facts.protocol)
        expect(caught, name).toBeInstanceOf(client.errorClass(name))
        expect(plain(caught), name).toMatchObject({
          name,
          ...(plain(fields) as object),
          $metadata: {
            httpStatusCode: (query ? awsQueryError?.[1] : httpError) ?? (error === 'server' ? 500 : 400),
          },
        })
        expect((caught as Error).message).toBe(`about ${name} & <more>`)
      }
      client.destroy()
    },
  )

  test('a code no model knows keeps its name and status', async () => {
    const client = await anyClient('ec2', desk.endpoint)
    desk.output = new AwsError('InvalidGroup.NotFound', 'no such group')
    await expect(client.send('DescribeVpcs', {})).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
      $metadata: { httpStatusCode: 400 },
    })
    client.destroy()
  })

  test('a bug of a handler is a 500 that says so', async () => {
    const client = await anyClient('s3', desk.endpoint)
    desk.output = new TypeError('oops')
    await expect(client.send('ListBuckets', {})).rejects.toMatchObject({
      name: 'InternalFailure',
      message: 'A bug in the embedded AWS: oops',
      $metadata: { httpStatusCode: 500 },
    })
    client.destroy()
  })
})
