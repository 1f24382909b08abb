import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACMClient, ListCertificatesCommand, RequestCertificateCommand } from '@aws-sdk/client-acm'
import { ApiGatewayV2Client, CreateDomainNameCommand } from '@aws-sdk/client-apigatewayv2'
import { type Change, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53'
import { expect, test } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { hunt } from '../../src/engine/hunt.ts'
import { removeInOrder } from '../../src/engine/removal.ts'
import { certificate } from '../../src/provisioners/certificate.ts'
import { dnsRecord } from '../../src/provisioners/dnsRecord.ts'
import { hostedZone } from '../../src/provisioners/hostedZone.ts'
import type { Aws } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { certificateSample } from './samples/certificate.ts'
import { ZONE_NAME } from './samples/hostedZone.ts'

const live = async (aws: Aws, name: string) => {
  aws.forget(null)
  const found = await certificate.read(aws, name)
  if (found === undefined) throw new Error('the certificate is not there')
  return found
}

const cnames = async (aws: Aws): Promise<number> => {
  const { id } = await hostedZone.find(aws, { zone: ZONE_NAME })
  const { ResourceRecordSets = [] } = await aws
    .client(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: id }))
  return ResourceRecordSets.filter(({ Type }) => Type === 'CNAME').length
}

test('other names are a new certificate; all of them and their records go with the last', () =>
  onFreshAws(async aws => {
    const { name, props, variants, tags: zone } = await certificateSample.prepare(aws)
    await certificate.create(aws, name, props, { 'storyarch:stack': 'notes/prod', ...zone }, making())
    const { names, validation } = certificate.change
    if (typeof names !== 'function' || typeof validation !== 'function') throw new Error('writers expected')
    await validation(aws, await live(aws, name), props, making())
    const first = await live(aws, name)
    expect(await cnames(aws)).toBe(2)

    const want = { ...props, names: variants.names ?? props.names }
    await names(aws, first, want, making())
    const second = await live(aws, name)
    expect(second.out.arn).not.toBe(first.out.arn)
    expect(second.props).toEqual(want)
    await names(aws, second, want, making())
    expect((await live(aws, name)).out.arn).toBe(second.out.arn)

    await certificate.remove(aws, second)
    const { CertificateSummaryList } = await aws.client(ACMClient).send(new ListCertificatesCommand({}))
    expect(CertificateSummaryList ?? []).toEqual([])
    expect(await cnames(aws)).toBe(0)
  }))

/** A certificate of a stack with its validation records in place; answers its name. */
const proven = async (aws: Aws): Promise<string> => {
  const { name, props, tags: zone } = await certificateSample.prepare(aws)
  await certificate.create(aws, name, props, { 'storyarch:stack': 'notes/prod', ...zone }, making())
  const { validation } = certificate.change
  if (typeof validation !== 'function') throw new Error('a writer expected')
  await validation(aws, await live(aws, name), props, making())
  return name
}

test('leaves the record that proves the wildcard of somebody else', () =>
  onFreshAws(async aws => {
    const name = await proven(aws)
    const wildcard = { DomainName: 'example.org', SubjectAlternativeNames: [`*.app.${ZONE_NAME}`] }
    await aws.client(ACMClient).send(new RequestCertificateCommand({ ...wildcard, ValidationMethod: 'DNS' }))
    expect(await cnames(aws)).toBe(2)
    await certificate.remove(aws, await live(aws, name))
    expect(await cnames(aws)).toBe(1)
  }))

test('that is still used keeps its records, and says who uses it', () =>
  onFreshAws(async aws => {
    const name = await proven(aws)
    const { out } = await live(aws, name)
    await aws.client(ApiGatewayV2Client).send(
      new CreateDomainNameCommand({
        DomainName: `app.${ZONE_NAME}`,
        DomainNameConfigurations: [{ CertificateArn: out.arn, EndpointType: 'REGIONAL' }],
      }),
    )
    await expect(certificate.remove(aws, await live(aws, name))).rejects.toThrow(/used by .*domainnames/)
    expect(await cnames(aws)).toBe(2)
  }))

test('stays while a record stands, whose zone nothing else may name any more', async () => {
  const emulator = await freshAws(({ operation, input }) => {
    const batch = input['ChangeBatch'] as { Changes?: Change[] } | undefined
    const drops = batch?.Changes?.some(
      ({ Action, ResourceRecordSet }) => Action === 'DELETE' && ResourceRecordSet?.Type === 'A',
    )
    return operation === 'ChangeResourceRecordSets' && drops
      ? new AwsError('AccessDenied', 'You are not authorized', { status: 403 })
      : undefined
  })
  const world = openWorld(emulator.endpoint, 'us-east-1')
  const { name, props, tags: zone } = await certificateSample.prepare(world.aws)
  const stack = 'notes/prod'
  const tags = { 'storyarch:stack': stack, ...zone }
  await certificate.create(world.aws, name, props, tags, making())
  const record = `app.${ZONE_NAME}@${ZONE_NAME}`
  const alias = { target: 'd111.cloudfront.net', targetZone: 'Z2FDTNDATAQYW2', ipv6: false }
  await dnsRecord.create(world.aws, record, { alias }, tags, making())

  const removal = await removeInOrder(world, await hunt(world, stack, new Set(), []))
  expect(removal).toMatchObject({ done: [], failed: [{ id: `dnsRecord/${record}` }] })
  const left = await hunt(world, stack, new Set(), [])
  expect(left.map(({ provisioner }) => provisioner.kind).sort()).toEqual(['certificate', 'dnsRecord'])
  world.session.close()
  await emulator.close()
})

test('of a stranger does not hide ours', () =>
  onFreshAws(async aws => {
    const { name, props, tags: zone } = await certificateSample.prepare(aws)
    await certificate.create(aws, name, props, { 'storyarch:stack': 'notes/prod', ...zone }, making())
    const { out } = await live(aws, name)
    await certificate.create(aws, name, props, {}, making())
    expect((await live(aws, name)).out.arn).toBe(out.arn)
  }))

test('whose validation ran out of time is requested anew, and goes with the new one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-test-'))
  let nowMs = Date.now()
  const emulator = await startEmulator({ folder, latency: 1, clock: () => nowMs })
  const world = openWorld(emulator.endpoint, 'us-east-1')
  const { name, props, tags: zone } = await certificateSample.prepare(world.aws)
  const tags = { 'storyarch:stack': 'notes/prod', ...zone }
  await certificate.create(world.aws, name, props, tags, making())
  nowMs += 73 * 3_600_000
  const late = await live(world.aws, name)
  expect(late.health).toEqual({ ailing: 'the certificate of app.example.com is VALIDATION_TIMED_OUT' })
  expect(late.props.names.domain).not.toBe(props.names.domain)

  const { names } = certificate.change
  if (typeof names !== 'function') throw new Error('a writer expected')
  await expect(names(world.aws, late, props, making())).rejects.toThrow(/not named its validation records/)
  nowMs += 60_000
  const asked = await live(world.aws, name)
  await names(world.aws, asked, props, making())
  nowMs += 3_600_000
  const issued = await live(world.aws, name)
  expect(issued).toMatchObject({ health: 'ready', props, out: { arn: asked.out.arn } })
  expect(issued.out.arn).not.toBe(late.out.arn)

  await certificate.remove(world.aws, issued)
  const { CertificateSummaryList } = await world.aws.client(ACMClient).send(new ListCertificatesCommand({}))
  expect(CertificateSummaryList ?? []).toEqual([])
  world.session.close()
  await emulator.close()
  await rm(folder, { recursive: true })
})
