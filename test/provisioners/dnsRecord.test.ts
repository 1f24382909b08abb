import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { removeWholly } from '../../src/engine/converge.ts'
import { dnsRecord } from '../../src/provisioners/dnsRecord.ts'
import { hostedZone } from '../../src/provisioners/hostedZone.ts'
import type { Aws } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { dnsRecordSample } from './samples/dnsRecord.ts'
import { ZONE_NAME } from './samples/hostedZone.ts'

const tags = { 'storyarch:stack': 'notes/prod' }

const change = async (aws: Aws, ...Changes: Change[]): Promise<void> => {
  const { id } = await hostedZone.find(aws, { zone: ZONE_NAME })
  await aws
    .client(Route53Client)
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes } }))
  aws.forget(null)
}

const put = (aws: Aws, record: ResourceRecordSet): Promise<void> =>
  change(aws, { Action: 'CREATE', ResourceRecordSet: record })

/** All records of the zone but those that every zone has, `A app.example.com.`. */
const standing = async (aws: Aws): Promise<ResourceRecordSet[]> => {
  const { id } = await hostedZone.find(aws, { zone: ZONE_NAME })
  const { ResourceRecordSets = [] } = await aws
    .client(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: id }))
  return ResourceRecordSets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA')
}

const records = async (aws: Aws): Promise<string[]> =>
  (await standing(aws)).map(({ Type, Name }) => `${Type} ${Name}`)

/** As somebody does who moves the name elsewhere by hand, and knows nothing of the mark. */
const replaceBy = async (aws: Aws, record: ResourceRecordSet): Promise<void> => {
  const held = (await standing(aws)).filter(({ Type }) => Type !== 'TXT')
  const dropped = held.map(ResourceRecordSet => ({ Action: 'DELETE' as const, ResourceRecordSet }))
  await change(aws, ...dropped, { Action: 'CREATE', ResourceRecordSet: record })
}

const read = async (aws: Aws, name: string) => {
  const found = await dnsRecord.read(aws, name)
  if (found === undefined) throw new Error('the record is not there')
  return found
}

const aliasOf = ({ target, targetZone }: { target: string; targetZone: string }) => ({
  DNSName: target.toLowerCase(),
  HostedZoneId: targetZone,
  EvaluateTargetHealth: false,
})

const address = {
  Name: `app.${ZONE_NAME}`,
  Type: 'A' as const,
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
}

const cname = { ...address, Type: 'CNAME' as const, ResourceRecords: [{ Value: 'old.example.net.' }] }

describe('a DNS record', () => {
  test('that somebody else made is read whole, and creating over it fails', () =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      await put(aws, address)
      expect(await dnsRecord.read(aws, name)).toMatchObject({
        props: { alias: { target: '192.0.2.1', targetZone: '', ipv6: false } },
        tags: {},
      })
      await expect(dnsRecord.create(aws, name, props, {}, making())).rejects.toThrow(/already exists/)
      aws.forget(null)
      expect((await dnsRecord.read(aws, name))?.props.alias.target).toBe('192.0.2.1')
    }))

  test('finds a CNAME of somebody else in its place: it is read as such, and creating beside it fails', () =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      await put(aws, cname)
      expect(await dnsRecord.read(aws, name)).toMatchObject({
        props: { alias: { target: 'old.example.net', targetZone: '', ipv6: false } },
        tags: {},
      })
      await expect(dnsRecord.create(aws, name, props, {}, making())).rejects.toThrow(/CNAME/)
    }))

  test('that gave way to a CNAME shows where that leads, and takes its place back', () =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      await dnsRecord.create(aws, name, props, tags, making())
      await replaceBy(aws, cname)
      const moved = await read(aws, name)
      expect(moved).toMatchObject({ tags, props: { alias: { target: 'old.example.net' } } })
      const writer = dnsRecord.change.alias
      if (typeof writer === 'function') await writer(aws, moved, props, making())
      aws.forget(null)
      expect((await read(aws, name)).props).toEqual(dnsRecord.normal?.(props))
    }))

  test('that gave way to a CNAME does not stand in the way of destroy, which leaves the CNAME', async () => {
    const emulator = await freshAws()
    const world = openWorld(emulator.endpoint, 'us-east-1')
    const { name, props } = await dnsRecordSample.prepare(world.aws)
    await dnsRecord.create(world.aws, name, props, tags, making())
    await replaceBy(world.aws, cname)
    await removeWholly(
      world,
      'dnsRecord/site',
      name,
      world.kinds.provisioner('dnsRecord'),
      await read(world.aws, name),
    )
    expect(await records(world.aws)).toEqual([`CNAME app.${ZONE_NAME}.`])
    world.session.close()
    await emulator.close()
  })

  test.each([
    ['InvalidChangeBatch', 'it was found, but the values provided do not match the current values'],
    ['InvalidChangeBatch', 'Tried to delete resource record set but it was not found'],
    ['Unknown', 'UnknownError'],
  ])('that somebody changes while it is removed is looked at again: %s, %s', async (code, message) => {
    let meddled = false
    const emulator = await freshAws(({ operation, input }) => {
      const removes = JSON.stringify(input['ChangeBatch'] ?? {}).includes('DELETE')
      if (operation !== 'ChangeResourceRecordSets' || !removes || meddled) return undefined
      meddled = true
      return new AwsError(code, message, { status: 400 })
    })
    const world = openWorld(emulator.endpoint, 'us-east-1')
    const { name, props } = await dnsRecordSample.prepare(world.aws)
    await dnsRecord.create(world.aws, name, props, tags, making())
    const kind = world.kinds.provisioner('dnsRecord')
    await removeWholly(world, 'dnsRecord/site', name, kind, await read(world.aws, name))
    expect(await records(world.aws)).toEqual([])
    world.session.close()
    await emulator.close()
  })

  test.each(['A', 'AAAA'] as const)('of which somebody deleted the %s alone shows that', Type =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      await dnsRecord.create(aws, name, props, tags, making())
      const AliasTarget = aliasOf(props.alias)
      await change(aws, { Action: 'DELETE', ResourceRecordSet: { Name: address.Name, Type, AliasTarget } })
      expect((await read(aws, name)).props).not.toEqual(dnsRecord.normal?.(props))
    }),
  )

  test('whose AAAA leads elsewhere shows that', () =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      await dnsRecord.create(aws, name, props, tags, making())
      const AliasTarget = { ...aliasOf(props.alias), DNSName: 'd999.cloudfront.net' }
      const ResourceRecordSet = { Name: address.Name, Type: 'AAAA' as const, AliasTarget }
      await change(aws, { Action: 'UPSERT', ResourceRecordSet })
      expect((await read(aws, name)).props.alias.target).toBe('d111.cloudfront.net, d999.cloudfront.net')
    }))

  test('whose addresses somebody deleted is still ours, and comes back', () =>
    onFreshAws(async aws => {
      const { name, props } = await dnsRecordSample.prepare(aws)
      const tags = { 'storyarch:stack': 'notes/prod' }
      await dnsRecord.create(aws, name, props, tags, making())
      const { id } = await hostedZone.find(aws, { zone: ZONE_NAME })
      const alias = {
        DNSName: 'd111.cloudfront.net',
        HostedZoneId: props.alias.targetZone,
        EvaluateTargetHealth: false,
      }
      const Changes = (['A', 'AAAA'] as const).map(Type => ({
        Action: 'DELETE' as const,
        ResourceRecordSet: { Name: `app.${ZONE_NAME}`, Type, AliasTarget: alias },
      }))
      const client = aws.client(Route53Client)
      await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes } }))
      aws.forget(null)
      const bare = await dnsRecord.read(aws, name)
      if (bare === undefined) throw new Error('the mark is not there')
      expect(bare).toMatchObject({ tags, props: { alias: { target: '' } } })
      const writer = dnsRecord.change.alias
      if (typeof writer === 'function') await writer(aws, bare, props, making())
      aws.forget(null)
      expect((await dnsRecord.read(aws, name))?.props.alias.target).toBe('d111.cloudfront.net')
    }))
})

describe('a hosted zone', () => {
  const find = (aws: Aws) => hostedZone.find(aws, { zone: ZONE_NAME })
  const zone = (aws: Aws, Name: string, PrivateZone = false) =>
    aws.client(Route53Client).send(
      new CreateHostedZoneCommand({
        Name,
        CallerReference: crypto.randomUUID(),
        ...(PrivateZone
          ? { HostedZoneConfig: { PrivateZone }, VPC: { VPCId: 'vpc-1', VPCRegion: 'us-east-1' } }
          : {}),
      }),
    )

  test('is found by its exact name, not by one that comes after it', () =>
    onFreshAws(async aws => {
      await zone(aws, 'zzz.example.com')
      await expect(find(aws)).rejects.toThrow(/no public Route 53 hosted zone example\.com/)
      const { HostedZone } = await zone(aws, ZONE_NAME)
      expect(await find(aws)).toEqual({ id: HostedZone?.Id?.replace('/hostedzone/', '') })
    }))

  test('is not guessed where two have the name', () =>
    onFreshAws(async aws => {
      await zone(aws, ZONE_NAME)
      await zone(aws, ZONE_NAME)
      await expect(find(aws)).rejects.toThrow(/2 public hosted zones example\.com/)
      // A manifest takes no id in place of the zone's name.
      await expect(find(aws)).rejects.toThrow(/Delete those .* or leave `dns` out/)
    }))

  test('of which there are two hides no records of ours: destroy names them, and goes on without a zone', () =>
    onFreshAws(async aws => {
      const { hunt } = dnsRecord
      if (!('list' in hunt)) throw new Error('a listing expected')
      expect(await hunt.list(aws, 'notes/prod', [ZONE_NAME])).toEqual([])
      const { name, props } = await dnsRecordSample.prepare(aws)
      aws.forget(null)
      await dnsRecord.create(aws, name, props, tags, making())
      await zone(aws, ZONE_NAME)
      aws.forget(null)
      await expect(hunt.list(aws, 'notes/prod', [ZONE_NAME])).rejects.toThrow(/2 public hosted zones/)
    }))

  test('may be named by its id', () =>
    onFreshAws(async aws => {
      expect(await hostedZone.find(aws, { zone: 'Z0123456789ABC' })).toEqual({ id: 'Z0123456789ABC' })
    }))
})
