import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { CloudWatchClient, ListDashboardsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { cbor } from '@smithy/core/cbor'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts'
import { AwsError, type Call } from '../../src/emulator/service.ts'

describe('the server', () => {
  let folder: string
  let emulator: Emulator
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
  })
  afterEach(async () => {
    await emulator.close()
    await rm(folder, { recursive: true })
  })

  const start = async (options: Partial<EmulatorOptions> = {}): Promise<void> => {
    emulator = await startEmulator({ folder, ...options })
  }
  const config = (region = 'us-east-1') => ({
    endpoint: emulator.endpoint,
    region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  })
  const askSts = () => new STSClient(config()).send(new GetCallerIdentityCommand({}))

  /** A raw request, for what no SDK would say. */
  const raw = async (path: string, init: RequestInit & { scope?: string } = {}) => {
    const { scope, headers, ...rest } = init
    const authorization = `AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/${scope}/aws4_request, Signature=0`
    const response = await fetch(emulator.endpoint + path, {
      ...rest,
      headers: { ...(scope ? { authorization } : {}), ...(headers as Record<string, string>) },
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const target = (name: string, body: object) =>
    raw('/', { method: 'POST', headers: { 'x-amz-target': name }, body: JSON.stringify(body) })
  const form = (fields: Record<string, string>) =>
    raw('/', { method: 'POST', body: new URLSearchParams(fields) })

  describe('does nothing for pages of the web, which a browser lets ask everybody', () => {
    beforeEach(() => start())

    /** What a link can say, an image or a form; the status it gets. */
    const makeRole = async (headers: Record<string, string>): Promise<number | undefined> => {
      const role = { Version: '2010-05-08', RoleName: 'taken', AssumeRolePolicyDocument: '{"Statement":[]}' }
      const query = new URLSearchParams({ Action: 'CreateRole', ...role })
      const asking = request(`${emulator.endpoint}/?${query}`, { headers }).end()
      const [{ statusCode }] = await once(asking, 'response')
      return statusCode
    }
    const roles = async () => (await new IAMClient(config()).send(new ListRolesCommand({}))).Roles ?? []

    test.each([
      ['a page of another site', { origin: 'https://shop.example' }],
      ['a page that hides where it is from', { origin: 'null' }],
      ['an image in a page of another site', { 'sec-fetch-site': 'cross-site' }],
      ['a page whose name was made to point here', { host: 'shop.example:4566' }],
    ])('%s', async (_who, headers) => {
      expect(await makeRole(headers)).toBe(403)
      expect(await roles()).toEqual([])
    })

    test.each([
      ['a program', {}],
      ['a page of this machine', { origin: 'http://localhost:5173', 'sec-fetch-site': 'cross-site' }],
      ['a program that names S3 by its host', { host: 's3.us-east-1.amazonaws.com' }],
    ])('but for %s', async (_who, headers) => {
      expect(await makeRole(headers)).toBe(200)
      expect(await roles()).toHaveLength(1)
    })
  })

  describe('refuses what the model does not know', () => {
    beforeEach(() => start())

    test('a JSON member, by its path', async () => {
      const { status, text } = await target('AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition', {
        family: 'f',
        containerDefinitions: [{ name: 'a', imagee: 'b' }],
      })
      expect(status).toBe(400)
      expect(JSON.parse(text)).toEqual({
        __type: 'SerializationException',
        message: 'Unknown parameter: containerDefinitions[0].imagee',
      })
    })

    test('a JSON value of the wrong type', async () => {
      const { text } = await target('AmazonEC2ContainerServiceV20141113.ListTasks', { cluster: 5 })
      expect(JSON.parse(text).message).toBe('Unexpected number: cluster')
    })

    test('a body that is no JSON', async () => {
      const { status, text } = await raw('/', {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListTasks' },
        body: '{',
      })
      expect([status, JSON.parse(text).__type]).toEqual([400, 'SerializationException'])
    })

    test.each([
      [{ Action: 'GetRole', Version: '2010-05-08', RoleNam: 'x' }, 'ValidationError', 'RoleNam'],
      [{ Action: 'GetRole', Version: '2010-05-08', 'RoleName.x': 'x' }, 'ValidationError', 'RoleName'],
      [{ Action: 'ListRoles', Version: '2010-05-08', MaxItems: 'many' }, 'ValidationError', 'MaxItems'],
      [{ Action: 'DescribeVpcs', Version: '2016-11-15', VpcIds: 'x' }, 'UnknownParameter', 'VpcIds'],
      [{ Action: 'DescribeVpcs', Version: '2016-11-15', 'VpcId.x': 'x' }, 'UnknownParameter', 'VpcId.x'],
    ])('a form field: %j', async (fields, code, path) => {
      const { status, text } = await form(fields as Record<string, string>)
      expect(status).toBe(400)
      expect(text).toContain(`<Code>${code}</Code>`)
      expect(text).toContain(path)
    })

    test('an XML element, and XML that is none', async () => {
      const put = (body: string) => raw('/bucket?versioning', { method: 'PUT', body, scope: 's3' })
      const stranger = await put('<VersioningConfiguration><Stat>Enabled</Stat></VersioningConfiguration>')
      expect(stranger.text).toContain('<Code>MalformedXML</Code>')
      expect(stranger.text).toContain('Stat')
      expect((await put('<Versioning')).text).toContain('<Code>MalformedXML</Code>')
    })
  })

  describe('misses what the model requires', () => {
    beforeEach(() => start())
    test.each([
      [
        'json',
        () => target('AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition', { family: 'f' }),
        'ValidationException',
        'containerDefinitions',
      ],
      ['query', () => form({ Action: 'GetRole', Version: '2010-05-08' }), 'ValidationError', 'RoleName'],
      [
        'ec2',
        () => form({ Action: 'CreateSecurityGroup', Version: '2016-11-15', GroupDescription: 'x' }),
        'MissingParameter',
        'GroupName',
      ],
      [
        'rest json',
        () => raw('/v2/apis', { method: 'POST', scope: 'apigateway', body: '{"name":"x"}' }),
        'ValidationException',
        'ProtocolType',
      ],
    ])('%s', async (_, ask, code, member) => {
      const { status, headers, text } = await ask()
      expect(status).toBe(400)
      expect(`${headers.get('x-amzn-errortype')} ${text}`).toContain(code)
      expect(text).toContain(member)
    })
  })

  describe('what it has not', () => {
    beforeEach(() => start())

    test('an operation answers 501 with its name, which SDKs do not retry', async () => {
      const client = new IAMClient({ ...config(), maxAttempts: 3 })
      const { ListMFADevicesCommand } = await import('@aws-sdk/client-iam')
      await expect(client.send(new ListMFADevicesCommand({}))).rejects.toMatchObject({
        name: 'NotImplemented',
        message: 'embedded AWS has no iam:ListMFADevices',
        $metadata: { httpStatusCode: 501, attempts: 1 },
      })
    })

    test.each([
      ['a target', () => target('Kinesis_20131202.ListStreams', {}), 'Kinesis_20131202'],
      ['a signing name', () => raw('/x', { scope: 'kafka' }), 'kafka'],
      ['a version', () => form({ Action: 'ListQueues', Version: '2012-11-05' }), '2012-11-05'],
    ])('a service, by %s', async (_, ask, name) => {
      const { status, text } = await ask()
      expect(status).toBe(501)
      expect(JSON.parse(text)).toMatchObject({
        __type: 'NotImplemented',
        message: expect.stringContaining(name),
      })
    })
  })

  describe('hands over the caller', () => {
    const seen: Call[] = []
    const handlers = {
      iam: {
        ListRoles: (_: never, call: Call) => {
          seen.push(call)
          return { Roles: [] }
        },
      },
      cloudwatch: {
        ListDashboards: (_: never, call: Call) => {
          seen.push(call)
          return {}
        },
      },
    }
    beforeEach(() => {
      seen.length = 0
      return start({ handlers, latency: 0.5, clock: () => 1_700_000_000_000 })
    })

    test('with the region it signed for, the clock and the scale of delays', async () => {
      await new CloudWatchClient(config('eu-west-1')).send(new ListDashboardsCommand({}))
      expect(seen[0]).toMatchObject({
        service: 'cloudwatch',
        operation: 'ListDashboards',
        region: 'eu-west-1',
        account: '123456789012',
        now: 1_700_000_000_000,
        endpoint: emulator.endpoint,
      })
      expect(seen[0]?.delay(1000)).toBe(500)
    })

    test('global services are always in us-east-1', async () => {
      await new IAMClient(config('eu-west-1')).send(new ListRolesCommand({}))
      expect(seen[0]?.region).toBe('us-east-1')
    })

    test('a port for an id is the same for ever, also after a restart, and nobody else’s', async () => {
      await new IAMClient(config()).send(new ListRolesCommand({}))
      const port = seen[0]?.port('api-1')
      expect(port).toBeGreaterThan(1024)
      expect(seen[0]?.port('api-2')).not.toBe(port)
      await emulator.close()
      await start({ handlers })
      await new IAMClient(config()).send(new ListRolesCommand({}))
      expect(seen[1]?.port('api-1')).toBe(port)
    })
  })

  describe('CloudWatch, whose clients speak many tongues', () => {
    let told: unknown
    beforeEach(async () => {
      await start({
        handlers: {
          cloudwatch: {
            PutMetricData: (input: unknown) => {
              told = input
              return {}
            },
            DeleteDashboards: () => {
              throw new AwsError('DashboardNotFoundError', 'gone')
            },
            DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'a', Period: 60 }] }),
          },
        },
      })
    })

    test('understands a compressed request', async () => {
      const MetricData = Array.from({ length: 500 }, (_, n) => ({ MetricName: `metric-${n}`, Value: n }))
      await new CloudWatchClient(config()).send(new PutMetricDataCommand({ Namespace: 'x', MetricData }))
      expect(told).toEqual({ Namespace: 'x', MetricData })
      const body = gzipSync('{"Namespace":"y","MetricData":[]}')
      const headers = {
        'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
        'content-encoding': 'gzip',
      }
      expect((await raw('/', { method: 'POST', headers, body })).status).toBe(200)
      expect(told).toEqual({ Namespace: 'y', MetricData: [] })
    })

    test('answers CBOR in CBOR', async () => {
      const response = await fetch(
        `${emulator.endpoint}/service/GraniteServiceVersion20100801/operation/DescribeAlarms`,
        {
          method: 'POST',
          headers: { 'smithy-protocol': 'rpc-v2-cbor' },
          body: Buffer.from(cbor.serialize({})),
        },
      )
      expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor')
      expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toEqual({
        MetricAlarms: [{ AlarmName: 'a', Period: 60 }],
      })
    })

    test('answers the query protocol in XML, with the old code of an error', async () => {
      const alarms = await form({ Action: 'DescribeAlarms', Version: '2010-08-01' })
      expect(alarms.text).toContain('<DescribeAlarmsResult><MetricAlarms><member><AlarmName>a</AlarmName>')
      const gone = await form({
        Action: 'DeleteDashboards',
        Version: '2010-08-01',
        'DashboardNames.member.1': 'x',
      })
      expect(gone.text).toContain('<Code>ResourceNotFound</Code>')
    })

    test('names errors in a header as in the query protocol', async () => {
      const { headers } = await target('GraniteServiceVersion20100801.DeleteDashboards', {
        DashboardNames: ['x'],
      })
      expect(headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender')
    })
  })

  describe('streams', () => {
    const size = 24 << 20

    test('an upload reaches the handler while it is still being sent, and a download the caller while it is being made', async () => {
      let uploaded = 0
      let firstSeen: (() => void) | undefined
      const first = new Promise<void>(resolve => {
        firstSeen = resolve
      })
      await start({
        handlers: {
          s3: {
            PutObject: async ({ Body }: { Body: Readable }) => {
              for await (const chunk of Body) {
                uploaded += chunk.length
                firstSeen?.()
              }
              return { ETag: '"x"' }
            },
            GetObject: () => {
              const endless = Readable.from(
                (function* () {
                  for (;;) yield Buffer.alloc(65_536)
                })(),
              )
              return { Body: endless }
            },
          },
        },
      })
      const s3 = new S3Client(config())
      const slow = Readable.from(
        (async function* () {
          yield Buffer.alloc(size / 2)
          // Goes on only once the handler has seen the beginning: it would hang were the body buffered.
          await first
          yield Buffer.alloc(size / 2)
        })(),
        { objectMode: false },
      )
      await s3.send(new PutObjectCommand({ Bucket: 'b-1', Key: 'k', Body: slow, ContentLength: size }))
      expect(uploaded).toBe(size)
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: 'k' }))
      const stream = Body as Readable
      for await (const chunk of stream) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    })

    test('a trailing checksum is a member of the input once the body has been read', async () => {
      let before: unknown
      let after: unknown
      await start({
        handlers: {
          s3: {
            PutObject: async (input: { Body: Readable; ChecksumCRC32?: string }) => {
              before = input.ChecksumCRC32
              await input.Body.forEach(() => {})
              after = input.ChecksumCRC32
              return {}
            },
          },
        },
      })
      const Body = Readable.from([Buffer.from('hello')], { objectMode: false })
      await new S3Client(config()).send(
        new PutObjectCommand({ Bucket: 'b-1', Key: 'k', Body, ContentLength: 5 }),
      )
      expect([before, after]).toEqual([undefined, 'NhCmhg=='])
    })

    test('a body no handler reads, of which a checksum is wrong, harms nobody', async () => {
      const reports: unknown[] = []
      await start({ handlers: { s3: { PutObject: () => ({}) } }, report: error => reports.push(error) })
      const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }
      await raw('/b-1/k', { method: 'PUT', headers, body: 'x'.repeat(100_000) })
      await expect(askSts()).resolves.toMatchObject({ Account: '123456789012' })
      expect(reports).toEqual([])
    })

    test('a HEAD is answered without a body, errors too', async () => {
      await start({
        handlers: {
          s3: {
            HeadObject: ({ Key }: { Key: string }) => {
              if (Key === 'gone') throw new AwsError('NotFound', 'not there', { status: 404 })
              return { ContentLength: 5 }
            },
          },
        },
      })
      const s3 = new S3Client(config())
      expect((await s3.send(new HeadObjectCommand({ Bucket: 'b-1', Key: 'k' }))).ContentLength).toBe(5)
      await expect(s3.send(new HeadObjectCommand({ Bucket: 'b-1', Key: 'gone' }))).rejects.toMatchObject({
        name: 'NotFound',
        $metadata: { httpStatusCode: 404 },
      })
    })
  })

  describe('lets a test come between', () => {
    let effects = 0
    const handlers = {
      sts: {
        GetCallerIdentity: () => {
          effects++
          return { Account: '1' }
        },
      },
    }
    const startWith = (intercept: Intercept) => {
      effects = 0
      return start({ handlers, intercept })
    }

    test.each([
      ['before', 0],
      ['after', 1],
    ] as const)('an error %s the effect', async (when, happened) => {
      await startWith((_call, phase) =>
        phase === when ? new AwsError('Throttling', 'Rate exceeded', { status: 400 }) : undefined,
      )
      await expect(askSts()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' })
      expect(effects).toBe(happened)
    })

    test.each([
      ['before', 0],
      ['after', 1],
    ] as const)('a connection broken %s the effect', async (when, happened) => {
      await startWith((_call, phase) => (phase === when ? 'drop' : undefined))
      await expect(askSts()).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(effects).toBe(happened)
    })

    test('is told what is called and with what', async () => {
      const calls: unknown[] = []
      await startWith(({ service, operation, input }, phase) => {
        calls.push([service, operation, input, phase])
        return undefined
      })
      await askSts()
      expect(calls).toEqual([
        ['sts', 'GetCallerIdentity', {}, 'before'],
        ['sts', 'GetCallerIdentity', {}, 'after'],
      ])
    })
  })

  test('counts calls', async () => {
    await start()
    await askSts()
    await askSts()
    await target('Kinesis_20131202.ListStreams', {})
    expect(emulator.calls.count('sts:GetCallerIdentity')).toBe(2)
    expect(emulator.calls.count()).toBe(3)
    expect(emulator.calls.recent().map(({ operation, status }) => [operation, status])).toEqual([
      ['GetCallerIdentity', 200],
      ['GetCallerIdentity', 200],
      ['Unknown', 501],
    ])
  })
})
