import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DescribeRepositoriesCommand, ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import { Running } from '../running.ts'
import { codeOf, digestOf, RegistryClient, tokenOf } from './registryClient.ts'

let aws: Running
let app: RegistryClient
let intercept: Intercept

beforeEach(async () => {
  intercept = () => undefined
  aws = await Running.start(0, (call, phase) => intercept(call, phase))
  app = await RegistryClient.create(aws, 'app')
})

afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const withHeaders = (headers: Record<string, string>) => fetch(`${app.origin}/v2/`, { headers })

test('without credentials the registry names the scheme it wants', async () => {
  const response = await withHeaders({})
  expect(response.headers.get('www-authenticate')).toBe(
    `Basic realm="${app.origin}/",service="ecr.amazonaws.com"`,
  )
  expect(await codeOf(response)).toBe('401 UNAUTHORIZED')
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  ['another user', (password: string) => basic(`admin:${password}`)],
  ['no password', () => basic('AWS:')],
  ['a password nobody gave', () => basic('AWS:secret')],
  ['a password that was changed', (password: string) => basic(`AWS:x${password}`)],
  ['another scheme', (password: string) => `Bearer ${password}`],
])('%s is refused', async (_, header) => {
  const password = Buffer.from(app.credentials.slice(6), 'base64').toString().slice(4)
  expect((await withHeaders({ authorization: basic(`AWS:${password}`) })).status).toBe(200)
  const response = await withHeaders({ authorization: header(password) })
  expect(response.headers.has('www-authenticate')).toBe(true)
  expect(response.status).toBe(401)
})

test('a token serves twelve hours, also across a restart, and in its region only', async () => {
  aws.advance(12 * 3600 - 1)
  await aws.restart()
  expect((await app.ask('GET', '/')).status).toBe(200)
  const abroad = await RegistryClient.create(aws, 'app', 'MUTABLE', 'eu-west-1')
  expect((await fetch(`${abroad.origin}/v2/`, { headers: { authorization: app.credentials } })).status).toBe(
    401,
  )
  aws.advance(1)
  const expired = await app.ask('GET', '/')
  expect(await expired.json()).toMatchObject({ errors: [{ message: expect.stringContaining('expired') }] })
  const token = await tokenOf(aws.client(ECRClient))
  expect((await withHeaders({ authorization: `Basic ${token}` })).status).toBe(200)
})

test('a layer has an address that opens without credentials', async () => {
  const layerDigest = await app.putBlob(Buffer.from('layer'))
  const { downloadUrl = '' } = await aws
    .client(ECRClient)
    .send(new GetDownloadUrlForLayerCommand({ repositoryName: 'app', layerDigest }))
  expect(digestOf(await (await fetch(downloadUrl)).text())).toBe(layerDigest)
})

test('a registry whose port another program took listens elsewhere, and ECR says where', async () => {
  const before = Number(new URL(app.origin).port)
  const thief = createServer((_, response) => response.end('mine'))
  await aws.restart(async () => {
    await new Promise<void>(resolve => thief.listen(before, '127.0.0.1', resolve))
  })
  const { repositories } = await aws.client(ECRClient).send(new DescribeRepositoriesCommand({}))
  const [host] = (repositories?.[0]?.repositoryUri ?? '').split('/')
  expect((thief.address() as AddressInfo).port).toBe(before)
  expect(host).not.toBe(new URL(app.origin).host)
  const response = await fetch(`http://${host}/v2/`, { headers: { authorization: app.credentials } })
  expect(response.status).toBe(200)
  await new Promise(resolve => thief.close(resolve))
})

test('a test may let requests fail', async () => {
  intercept = ({ service, operation }, phase) => {
    if (service !== 'registry' || phase !== 'before') return undefined
    if (operation === 'ListTags') return new AwsError('ThrottlingException', 'slower')
    return operation === 'ListRepositories' ? 'drop' : undefined
  }
  expect(await codeOf(await app.ask('GET', 'tags/list'))).toBe('429 TOOMANYREQUESTS')
  await expect(app.ask('GET', '/_catalog')).rejects.toThrow()
  expect((await app.ask('GET', '/')).status).toBe(200)
})
