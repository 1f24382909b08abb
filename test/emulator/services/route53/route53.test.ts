import type { Change, ResourceRecordSet, RRType } from '@aws-sdk/client-route-53'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { byLabels, normalName } from '../../../../src/emulator/services/route53/names.ts'
import { route53 } from '../../../../src/emulator/services/route53.ts'
import { type Asked, World } from '../../call.ts'

let world: World
let ask: Asked<typeof route53>
let zone: string

const createZone = async (Name: string, CallerReference = Name): Promise<string> =>
  (await ask.CreateHostedZone({ Name, CallerReference })).HostedZone?.Id ?? ''

beforeEach(async () => {
  world = new World()
  ask = world.ask(route53, 'route53')
  zone = await createZone('yerson.co')
})

const record = (Name: string, Type: RRType, ...values: string[]): ResourceRecordSet => ({
  Name,
  Type,
  TTL: 300,
  ResourceRecords: values.map(Value => ({ Value })),
})

const alias = (Name: string, DNSName: string, HostedZoneId = 'Z2FDTNDATAQYW2'): ResourceRecordSet => ({
  Name,
  Type: 'A',
  AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: false },
})

const change = (...Changes: Change[]) =>
  ask.ChangeResourceRecordSets({ HostedZoneId: zone, ChangeBatch: { Changes } })

const put = (...sets: ResourceRecordSet[]) =>
  change(...sets.map(ResourceRecordSet => ({ Action: 'UPSERT' as const, ResourceRecordSet })))

const list = async (part: object = {}): Promise<ResourceRecordSet[]> =>
  (await ask.ListResourceRecordSets({ HostedZoneId: zone, ...part })).ResourceRecordSets ?? []

const names = (sets: ResourceRecordSet[]) => sets.map(({ Name, Type }) => `${Name} ${Type}`)

describe('a hosted zone', () => {
  test('is born with its NS and SOA, and is found from its name on', async () => {
    await createZone('alpha.co')
    await createZone('sub.yerson.co')
    expect(names(await list())).toEqual(['yerson.co. NS', 'yerson.co. SOA'])
    const { HostedZones } = await ask.ListHostedZonesByName({ DNSName: 'yerson.co' })
    expect(HostedZones?.map(({ Name }) => Name)).toEqual(['yerson.co.', 'sub.yerson.co.'])
    const page = await ask.ListHostedZonesByName({ DNSName: 'yerson.co', MaxItems: 1 })
    expect(page).toMatchObject({ IsTruncated: true, NextDNSName: 'sub.yerson.co.' })
  })

  test('made twice with one caller reference is refused; one name may have several', async () => {
    await expect(createZone('yerson.co')).rejects.toMatchObject({ code: 'HostedZoneAlreadyExists' })
    await createZone('yerson.co', 'another')
    expect((await ask.ListHostedZones({})).HostedZones).toHaveLength(2)
  })

  test('goes only when nothing but NS and SOA is left', async () => {
    await put(record('a.yerson.co', 'A', '1.2.3.4'))
    await expect(ask.DeleteHostedZone({ Id: zone })).rejects.toMatchObject({ code: 'HostedZoneNotEmpty' })
    await change({ Action: 'DELETE', ResourceRecordSet: record('a.yerson.co', 'A', '1.2.3.4') })
    await ask.DeleteHostedZone({ Id: zone })
    await expect(ask.GetHostedZone({ Id: zone })).rejects.toMatchObject({ code: 'NoSuchHostedZone' })
  })

  test('is tagged ten at a time', async () => {
    const ResourceId = zone.replace('/hostedzone/', '')
    const tags = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    const retag = (AddTags: object[]) =>
      ask.ChangeTagsForResource({ ResourceType: 'hostedzone', ResourceId, AddTags })
    await expect(retag(tags)).rejects.toMatchObject({ code: 'InvalidInput' })
    await retag(tags.slice(0, 2))
    const { ResourceTagSet } = await ask.ListTagsForResource({ ResourceType: 'hostedzone', ResourceId })
    expect(ResourceTagSet?.Tags).toEqual(tags.slice(0, 2))
  })
})

describe('record sets', () => {
  test('are kept in lower case, with a dot, a star as \\052', async () => {
    await put(record('*.App.Yerson.CO', 'A', '1.2.3.4'), alias('Www.yerson.co', 'D111.CloudFront.net'))
    const sets = await list()
    expect(names(sets)).toContain('\\052.app.yerson.co. A')
    expect(sets.find(({ Name }) => Name === 'www.yerson.co.')).toEqual({
      Name: 'www.yerson.co.',
      Type: 'A',
      AliasTarget: {
        DNSName: 'd111.cloudfront.net.',
        HostedZoneId: 'Z2FDTNDATAQYW2',
        EvaluateTargetHealth: false,
      },
    })
  })

  test('are listed from the one asked for, or from the next', async () => {
    await put(
      record('b.yerson.co', 'A', '1.2.3.4'),
      record('a.b.yerson.co', 'A', '1.2.3.4'),
      record('c.yerson.co', 'AAAA', '::1'),
      record('c.yerson.co', 'A', '1.2.3.4'),
      record('c.yerson.co', 'TXT', '"x"'),
    )
    expect(names(await list({ StartRecordName: 'b.yerson.co' }))).toEqual([
      'b.yerson.co. A',
      'a.b.yerson.co. A',
      'c.yerson.co. A',
      'c.yerson.co. AAAA',
      'c.yerson.co. TXT',
    ])
    const next = await list({ StartRecordName: 'bb.yerson.co', StartRecordType: 'A', MaxItems: 1 })
    expect(names(next)).toEqual(['c.yerson.co. A'])
    const exact = await list({ StartRecordName: 'c.yerson.co', StartRecordType: 'TXT', MaxItems: 1 })
    expect(names(exact)).toEqual(['c.yerson.co. TXT'])
    const page = await ask.ListResourceRecordSets({ HostedZoneId: zone, MaxItems: 2 })
    expect(page).toMatchObject({ IsTruncated: true, NextRecordName: 'b.yerson.co.', NextRecordType: 'A' })
  })

  test('change all together or not at all', async () => {
    const before = await list()
    await expect(
      change(
        { Action: 'CREATE', ResourceRecordSet: record('a.yerson.co', 'A', '1.2.3.4') },
        { Action: 'DELETE', ResourceRecordSet: record('never.yerson.co', 'A', '1.2.3.4') },
      ),
    ).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
      message:
        "[Tried to delete resource record set [name='never.yerson.co.', type='A'] but it was not found]",
    })
    expect(await list()).toEqual(before)
  })

  test.each<[string, RegExp, Change[]]>([
    ['created twice', /already exists/, [create(record('a.yerson.co', 'A', '1.2.3.4'))]],
    [
      'deleted with another value',
      /do not match the current values/,
      [remove(record('a.yerson.co', 'A', '4.3.2.1'))],
    ],
    [
      'deleted with another TTL',
      /do not match the current values/,
      [remove({ ...record('a.yerson.co', 'A', '1.2.3.4'), TTL: 60 })],
    ],
    ['of another zone', /not permitted in zone/, [create(record('a.example.com', 'A', '1.2.3.4'))]],
    ['beside a CNAME', /conflicting RRSet/, [create(record('c.yerson.co', 'A', '1.2.3.4'))]],
    ['a CNAME beside others', /conflicting RRSet/, [create(record('a.yerson.co', 'CNAME', 'x.y.'))]],
    ['a CNAME at the apex', /not permitted at apex/, [create(record('yerson.co', 'CNAME', 'x.y.'))]],
    ['an A that is no address', /ARRDATAIllegalIPv4Address/, [create(record('d.yerson.co', 'A', 'x'))]],
    ['a TXT without quotes', /enclosed in quotation marks/, [create(record('d.yerson.co', 'TXT', 'x'))]],
    [
      'an alias to CloudFront by another name',
      /does not lie within the target zone/,
      [create(alias('d.yerson.co', 'example.com'))],
    ],
    ['the last NS', /at least one NS/, [remove(record('yerson.co', 'NS', 'x.'))]],
  ])('%s: refused', async (_, message, changes) => {
    await put(record('a.yerson.co', 'A', '1.2.3.4'), record('c.yerson.co', 'CNAME', 'x.example.com'))
    const apex = (await list()).find(({ Type }) => Type === 'NS')
    const filled = changes.map(one =>
      one.ResourceRecordSet?.Type === 'NS' ? { ...one, ResourceRecordSet: apex } : one,
    )
    await expect(change(...filled)).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
      message: expect.stringMatching(message),
    })
  })

  test('that are none are invalid input', async () => {
    await expect(change()).rejects.toMatchObject({ code: 'InvalidInput' })
    await expect(put({ Name: 'a.yerson.co', Type: 'A' })).rejects.toMatchObject({ code: 'InvalidInput' })
    await expect(
      put({ ...record('a.yerson.co', 'A', '1.2.3.4'), ...alias('a.yerson.co', 'd1.cloudfront.net') }),
    ).rejects.toMatchObject({ code: 'InvalidInput' })
  })

  test('an alias into its own zone needs its target', async () => {
    const own = zone.replace('/hostedzone/', '')
    await expect(put(alias('x.yerson.co', 'y.yerson.co', own))).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
    })
    await put(record('y.yerson.co', 'A', '1.2.3.4'), alias('x.yerson.co', 'y.yerson.co', own))
    expect(names(await list())).toContain('x.yerson.co. A')
  })

  test('a change is pending and then in sync', async () => {
    const { ChangeInfo } = await put(record('a.yerson.co', 'A', '1.2.3.4'))
    expect(ChangeInfo?.Status).toBe('PENDING')
    world.advance(60)
    expect((await ask.GetChange({ Id: ChangeInfo?.Id })).ChangeInfo?.Status).toBe('INSYNC')
    await expect(ask.GetChange({ Id: 'C0' })).rejects.toMatchObject({ code: 'NoSuchChange' })
  })
})

describe('names', () => {
  test('normal names stay as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{1,10}$/), { minLength: 1, maxLength: 4 }), labels => {
        const name = normalName(labels.join('.'))
        expect(normalName(name)).toBe(name)
      }),
    )
  })

  test('sort by their labels from the right', () => {
    const sorted = ['b.co.', 'a.co.', 'z.a.co.', 'a-b.co.', '\\052.a.co.'].sort(byLabels)
    expect(sorted).toEqual(['a-b.co.', 'a.co.', '\\052.a.co.', 'z.a.co.', 'b.co.'])
  })
})

function create(ResourceRecordSet: ResourceRecordSet): Change {
  return { Action: 'CREATE', ResourceRecordSet }
}

function remove(ResourceRecordSet: ResourceRecordSet): Change {
  return { Action: 'DELETE', ResourceRecordSet }
}
