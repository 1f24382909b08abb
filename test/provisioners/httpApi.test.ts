import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { expect, test } from 'vitest'
import { removeWholly } from '../../src/engine/converge.ts'
import { type HttpApiProps, httpApi } from '../../src/provisioners/httpApi.ts'
import type { Aws } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { httpApiSample, openHttpApiSample } from './samples/httpApi.ts'

const tags = { 'storyarch:stack': 'notes/prod' }
const NAME = 'contract-test'

const live = async (aws: Aws) => {
  aws.forget(null)
  const found = await httpApi.read(aws, NAME)
  if (found === undefined) throw new Error('the API is not there')
  return found
}

const write = async (aws: Aws, want: HttpApiProps): Promise<void> => {
  for (const writer of Object.values(httpApi.change))
    if (typeof writer === 'function') await writer(aws, await live(aws), want, making())
}

test('takes its authorizer off, and puts it on again', () =>
  onFreshAws(async aws => {
    const { props: guarded } = await httpApiSample.prepare(aws)
    const { props: open } = await openHttpApiSample.prepare(aws)
    await httpApi.create(aws, NAME, guarded, tags, making())
    for (const want of [guarded, open, guarded]) {
      await write(aws, want)
      expect((await live(aws)).props).toEqual(httpApi.normal?.(want))
    }
    await write(aws, open)
    const { out } = await live(aws)
    const { Items } = await aws.client(ApiGatewayV2Client).send(new GetAuthorizersCommand({ ApiId: out.id }))
    expect(Items ?? []).toEqual([])
  }))

test('leaves no integration behind that no route uses', () =>
  onFreshAws(async aws => {
    const { props, variants } = await openHttpApiSample.prepare(aws)
    await httpApi.create(aws, NAME, props, tags, making())
    await write(aws, props)
    await write(aws, { ...props, routes: variants.routes ?? [] })
    const { out } = await live(aws)
    const { Items } = await aws.client(ApiGatewayV2Client).send(new GetIntegrationsCommand({ ApiId: out.id }))
    expect(Items).toMatchObject([
      { IntegrationUri: variants.routes?.[0]?.function, PayloadFormatVersion: '2.0' },
    ])
  }))

test('a second API, left by a create whose answer was lost, goes; a stranger of the same name stays', () =>
  onFreshAws(async aws => {
    const { props } = await openHttpApiSample.prepare(aws)
    for (const owner of [tags, tags, { 'storyarch:stack': 'other/stack' }, {}])
      await httpApi.create(aws, NAME, props, owner, making())
    await write(aws, props)
    const owners = async () => {
      const { Items = [] } = await aws.client(ApiGatewayV2Client).send(new GetApisCommand({}))
      return Items.map(({ Tags }) => Tags?.['storyarch:stack'] ?? 'nobody').sort()
    }
    expect(await owners()).toEqual(['nobody', 'notes/prod', 'other/stack'])
    await httpApi.remove(aws, await live(aws))
    expect(await owners()).toEqual(['nobody', 'other/stack'])
  }))

test('shows a stage that no longer deploys what changes, and lets it deploy again', () =>
  onFreshAws(async aws => {
    const { props } = await openHttpApiSample.prepare(aws)
    await httpApi.create(aws, NAME, props, tags, making())
    await write(aws, props)
    const { out } = await live(aws)
    const StageName = props.stage.name
    const client = aws.client(ApiGatewayV2Client)
    await client.send(new UpdateStageCommand({ ApiId: out.id, StageName, AutoDeploy: false }))
    expect((await live(aws)).props.stage.name).toBe('prod (not deployed by itself)')
    await write(aws, props)
    expect((await live(aws)).props).toEqual(httpApi.normal?.(props))
  }))

test("is removed without a stranger's of the same name, which shows once ours is gone", async () => {
  const emulator = await freshAws()
  const world = openWorld(emulator.endpoint, 'us-east-1')
  const { props } = await openHttpApiSample.prepare(world.aws)
  await httpApi.create(world.aws, NAME, props, {}, making())
  await httpApi.create(world.aws, NAME, props, tags, making())
  const ours = await live(world.aws)
  await removeWholly(world, 'httpApi/api', NAME, world.kinds.provisioner('httpApi'), ours)
  expect((await live(world.aws)).tags).toEqual({})
  world.session.close()
  await emulator.close()
})
