import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFrontClient,
  type CreateDistributionWithTagsCommandInput,
  CreateFunctionCommand,
  DescribeFunctionCommand,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
  UpdateFunctionCommand,
} from '@aws-sdk/client-cloudfront'
import { expect, test } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { NotYet } from '../../src/errors.ts'
import { certificate } from '../../src/provisioners/certificate.ts'
import { cloudfrontFunction } from '../../src/provisioners/cloudfrontFunction.ts'
import { distribution } from '../../src/provisioners/distribution.ts'
import type { Aws } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { certificateSample } from './samples/certificate.ts'
import { cloudfrontFunctionSample } from './samples/cloudfrontFunction.ts'
import { distributionSample } from './samples/distribution.ts'

const live = async (aws: Aws, name: string) => {
  aws.forget(null)
  const found = await distribution.read(aws, name)
  if (found === undefined) throw new Error('the distribution is not there')
  return found
}

/** An embedded AWS as slow as AWS, whose clock moves when told. */
const onSlowAws = async (act: (aws: Aws, advance: (seconds: number) => void) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-test-'))
  let nowMs = Date.now()
  const emulator = await startEmulator({ folder, latency: 1, clock: () => nowMs })
  const { session } = openWorld(emulator.endpoint, 'us-east-1')
  try {
    await act(session, seconds => {
      nowMs += seconds * 1000
    })
  } finally {
    session.close()
    await emulator.close()
    await rm(folder, { recursive: true })
  }
}

test('is disabled, waited for and only then deleted', () =>
  onSlowAws(async (aws, advance) => {
    const { name, props } = await distributionSample.prepare(aws)
    await distribution.create(aws, name, props, {}, making())
    expect((await live(aws, name)).health).toBe('pending')
    advance(3600)
    const standing = await live(aws, name)
    expect(standing.health).toBe('ready')

    await expect(distribution.remove(aws, standing)).rejects.toThrow(NotYet)
    const disabled = await live(aws, name)
    expect(disabled).toMatchObject({ props: { config: { enabled: false } }, health: 'pending' })
    await expect(distribution.remove(aws, disabled)).rejects.toThrow(/still being disabled/)
    advance(3600)
    await distribution.remove(aws, await live(aws, name))
    aws.forget(null)
    expect(await distribution.read(aws, name)).toBeUndefined()
    await distribution.remove(aws, disabled)
  }))

test('keeps a firewall that somebody put before it', () =>
  onFreshAws(async aws => {
    const { name, props, variants } = await distributionSample.prepare(aws)
    await distribution.create(aws, name, props, {}, making())
    const { out } = await live(aws, name)
    const client = aws.client(CloudFrontClient)
    const held = async () => client.send(new GetDistributionConfigCommand({ Id: out.id }))
    const { DistributionConfig, ETag } = await held()
    if (DistributionConfig === undefined) throw new Error('no configuration')
    const guarded = {
      ...DistributionConfig,
      WebACLId: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b',
    }
    await client.send(
      new UpdateDistributionCommand({ Id: out.id, IfMatch: ETag, DistributionConfig: guarded }),
    )
    const { config } = distribution.change
    if (typeof config !== 'function') throw new Error('a writer expected')
    await config(aws, await live(aws, name), { config: variants.config ?? props.config }, making())
    expect((await held()).DistributionConfig?.WebACLId).toBe(guarded.WebACLId)
  }))

test("takes its bucket back as origin where somebody chose the bucket's website instead", () =>
  onFreshAws(async aws => {
    const { name, props } = await distributionSample.prepare(aws)
    await distribution.create(aws, name, props, {}, making())
    const { out } = await live(aws, name)
    const client = aws.client(CloudFrontClient)
    const { DistributionConfig, ETag } = await client.send(new GetDistributionConfigCommand({ Id: out.id }))
    const [origin] = DistributionConfig?.Origins?.Items ?? []
    if (DistributionConfig === undefined || origin === undefined) throw new Error('no configuration')
    const website = {
      Id: origin.Id,
      DomainName: 'site.s3-website-us-east-1.amazonaws.com',
      CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'http-only' as const },
    }
    const changed = { ...DistributionConfig, Origins: { Quantity: 1, Items: [website] } }
    await client.send(
      new UpdateDistributionCommand({ Id: out.id, IfMatch: ETag, DistributionConfig: changed }),
    )
    const { config } = distribution.change
    if (typeof config !== 'function') throw new Error('a writer expected')
    await config(aws, await live(aws, name), props, making())
    expect((await live(aws, name)).props).toEqual(distribution.normal?.(props))
  }))

test('an edge function that was never published runs nothing, which shows', () =>
  onFreshAws(async aws => {
    const FunctionCode = new TextEncoder().encode('function handler(event) { return event.request }')
    await aws.client(CloudFrontClient).send(
      new CreateFunctionCommand({
        Name: 'draft',
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        FunctionCode,
      }),
    )
    expect((await cloudfrontFunction.read(aws, 'draft'))?.props.definition.code).toBe('')
  }))

test('is made anew although CloudFront remembers the reference of one that was deleted', async () => {
  const remembered = new Map([
    ['site', 'EGONE1'],
    ['site after EGONE1', 'EGONE2'],
  ])
  const emulator = await freshAws(({ operation, input }) => {
    const { DistributionConfigWithTags: asked } = input as unknown as CreateDistributionWithTagsCommandInput
    const id = remembered.get(asked?.DistributionConfig?.CallerReference ?? '')
    return operation === 'CreateDistributionWithTags' && id !== undefined
      ? new AwsError('DistributionAlreadyExists', `It is in use. Already exists: ${id}`, { status: 409 })
      : undefined
  })
  const { session: aws } = openWorld(emulator.endpoint, 'us-east-1')
  const { props } = await distributionSample.prepare(aws)
  await distribution.create(aws, 'site', props, {}, making())
  expect((await live(aws, 'site')).props).toEqual(distribution.normal?.(props))
  await expect(distribution.create(aws, 'site', props, {}, making())).rejects.toMatchObject({
    name: 'DistributionAlreadyExists',
  })
  aws.close()
  await emulator.close()
})

const UNHEARD_OF =
  "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain."

test('waits until CloudFront has heard of a certificate that ACM has issued, and for no other', async () => {
  let deaf = true
  const emulator = await freshAws(({ operation }) =>
    deaf && /^(Create|Update)Distribution/.test(operation)
      ? new AwsError('InvalidViewerCertificate', UNHEARD_OF, { status: 400 })
      : undefined,
  )
  const { session: aws } = openWorld(emulator.endpoint, 'us-east-1')
  const { name, props } = await distributionSample.prepare(aws)
  const { name: certified, props: wish } = await certificateSample.prepare(aws)
  await certificate.create(aws, certified, wish, {}, making())
  const { out } = (await certificate.read(aws, certified)) ?? {}
  const config = { ...props.config, aliases: [], certificate: out?.arn ?? '' }
  const create = () => distribution.create(aws, name, { config }, {}, making())

  await expect(create()).rejects.toMatchObject({ name: 'InvalidViewerCertificate' })
  const { validation } = certificate.change
  if (typeof validation !== 'function') throw new Error('a writer expected')
  const pending = await certificate.read(aws, certified)
  if (pending !== undefined) await validation(aws, pending, wish, making())
  await expect(create()).rejects.toThrow(NotYet)
  deaf = false
  await create()
  deaf = true
  const { config: write } = distribution.change
  if (typeof write !== 'function') throw new Error('a writer expected')
  await expect(write(aws, await live(aws, name), { config }, making())).rejects.toThrow(NotYet)
  aws.close()
  await emulator.close()
})

test('an edge function shows what runs, not what an update left unpublished', () =>
  onFreshAws(async aws => {
    const { props } = await cloudfrontFunctionSample.prepare(aws)
    const old = { ...props.definition, runtime: 'cloudfront-js-1.0' as const }
    await cloudfrontFunction.create(aws, 'edge', { definition: old }, {}, making())
    const client = aws.client(CloudFrontClient)
    const { ETag } = await client.send(new DescribeFunctionCommand({ Name: 'edge', Stage: 'DEVELOPMENT' }))
    await client.send(
      new UpdateFunctionCommand({
        Name: 'edge',
        IfMatch: ETag,
        FunctionConfig: { Comment: old.comment, Runtime: 'cloudfront-js-2.0' },
        FunctionCode: new TextEncoder().encode(old.code),
      }),
    )
    expect((await cloudfrontFunction.read(aws, 'edge'))?.props.definition).toEqual(old)
  }))
