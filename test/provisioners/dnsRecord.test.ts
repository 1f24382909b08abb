import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { dnsRecord } from '../../src/provisioners/dnsRecord.ts'
import { hostedZone } from '../../src/provisioners/hostedZone.ts'
import type { Aws } from '../../src/resource.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { dnsRecordSample } from './samples/dnsRecord.ts'
import { ZONE_NAME } from './samples/hostedZone.ts'

const put = async (aws: Aws, record: ResourceRecordSet): Promise<void> => {
  const { id } = await hostedZone.find(aws, { zone: ZONE_NAME })
  const Changes = [{ Action: 'CREATE' as const, ResourceRecordSet: record }]
  await aws
    .client(Route53Client)
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes } }))
  aws.forget(null)
}

const address = {
  Name: `app.${ZONE_NAME}`,
  Type: 'A' as const,
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
}

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

  test('cannot stand beside a CNAME, which is named', () =>
    onFreshAws(async aws => {
      const { name } = await dnsRecordSample.prepare(aws)
      await put(aws, { ...address, Type: 'CNAME', ResourceRecords: [{ Value: 'old.example.net.' }] })
      await expect(dnsRecord.read(aws, name)).rejects.toThrow(UserError)
      await expect(dnsRecord.read(aws, name)).rejects.toThrow(/CNAME to old\.example\.net/)
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
    }))

  test('may be named by its id', () =>
    onFreshAws(async aws => {
      expect(await hostedZone.find(aws, { zone: 'Z0123456789ABC' })).toEqual({ id: 'Z0123456789ABC' })
    }))
})
