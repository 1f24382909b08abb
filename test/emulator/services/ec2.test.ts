import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { canonicalCidr4, canonicalCidr6 } from '../../../src/emulator/services/ec2/cidr.ts'
import { ec2 } from '../../../src/emulator/services/ec2.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof ec2>

beforeEach(() => {
  world = new World()
  ask = world.ask(ec2, 'ec2')
})

const is = (name: string, ...values: string[]) => ({ Name: name, Values: values })

const defaultVpc = async (): Promise<string> =>
  (await ask.DescribeVpcs({ Filters: [is('is-default', 'true')] })).Vpcs?.[0]?.VpcId ?? ''

describe('the default network', () => {
  test('us-east-1 has six public subnets, one of them in the zone without Fargate', async () => {
    const vpc = await defaultVpc()
    const { Subnets } = await ask.DescribeSubnets({
      Filters: [is('vpc-id', vpc), is('default-for-az', 'true')],
    })
    expect(Subnets?.map(subnet => subnet.AvailabilityZoneId).sort()).toEqual(
      [1, 2, 3, 4, 5, 6].map(n => `use1-az${n}`),
    )
    const { RouteTables } = await ask.DescribeRouteTables({
      Filters: [is('vpc-id', vpc), is('association.main', 'true')],
    })
    expect(RouteTables?.[0]?.Routes).toContainEqual(
      expect.objectContaining({
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: expect.stringMatching(/^igw-/),
        State: 'active',
      }),
    )
  })

  test('every region has its own, with the same ids at each look', async () => {
    const west = world.ask(ec2, 'ec2', 'eu-west-1')
    const first = await west.DescribeVpcs({})
    expect(await west.DescribeVpcs({})).toEqual(first)
    expect(first.Vpcs?.[0]?.VpcId).not.toBe(await defaultVpc())
    const zones = (await west.DescribeAvailabilityZones({})).AvailabilityZones
    expect(zones?.map(zone => zone.ZoneId).sort()).toEqual(['euw1-az1', 'euw1-az2', 'euw1-az3'])
    expect((await west.DescribeSubnets({})).Subnets).toHaveLength(3)
  })

  test('once deleted it stays deleted until it is asked for', async () => {
    const VpcId = await defaultVpc()
    await expect(ask.CreateDefaultVpc({})).rejects.toMatchObject({ code: 'DefaultVpcAlreadyExists' })
    await expect(ask.DeleteVpc({ VpcId })).rejects.toMatchObject({ code: 'DependencyViolation' })
    for (const { SubnetId } of (await ask.DescribeSubnets({})).Subnets ?? [])
      await ask.DeleteSubnet({ SubnetId })
    for (const { InternetGatewayId } of (await ask.DescribeInternetGateways({})).InternetGateways ?? []) {
      await ask.DetachInternetGateway({ InternetGatewayId, VpcId })
      await ask.DeleteInternetGateway({ InternetGatewayId })
    }
    expect((await ask.DescribeRouteTables({})).RouteTables?.[0]?.Routes?.[1]?.State).toBe('blackhole')
    await ask.DeleteVpc({ VpcId })
    expect((await ask.DescribeVpcs({})).Vpcs).toEqual([])
    await expect(ask.CreateSecurityGroup({ GroupName: 'a', Description: 'd' })).rejects.toMatchObject({
      code: 'VPCIdNotSpecified',
    })
    const { Vpc } = await ask.CreateDefaultVpc({})
    expect(await defaultVpc()).toBe(Vpc?.VpcId)
  })

  test('a subnet must lie inside its VPC and beside the others', async () => {
    const VpcId = (await ask.CreateVpc({ CidrBlock: '10.0.0.0/16' })).Vpc?.VpcId
    await ask.CreateSubnet({ VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZoneId: 'use1-az4' })
    await expect(ask.CreateSubnet({ VpcId, CidrBlock: '10.0.1.128/25' })).rejects.toMatchObject({
      code: 'InvalidSubnet.Conflict',
    })
    await expect(ask.CreateSubnet({ VpcId, CidrBlock: '10.1.0.0/24' })).rejects.toMatchObject({
      code: 'InvalidSubnet.Range',
    })
    const { Subnets } = await ask.DescribeSubnets({ Filters: [is('vpc-id', VpcId ?? '')] })
    expect(Subnets).toMatchObject([
      { CidrBlock: '10.0.1.0/24', AvailabilityZoneId: 'use1-az4', DefaultForAz: false },
    ])
  })
})

describe('filters', () => {
  test('an unknown one is refused by name', async () => {
    await expect(ask.DescribeVpcs({ Filters: [is('colour', 'red')] })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    })
  })

  test('values may hold wildcards, taken literally after a backslash', async () => {
    for (const name of ['app-a', 'app-b', 'app*', 'other'])
      await ask.CreateSecurityGroup({ GroupName: name, Description: 'd' })
    const names = async (pattern: string) =>
      (await ask.DescribeSecurityGroups({ Filters: [is('group-name', pattern)] })).SecurityGroups?.map(
        group => group.GroupName,
      ).sort()
    expect(await names('app-?')).toEqual(['app-a', 'app-b'])
    expect(await names('app*')).toEqual(['app*', 'app-a', 'app-b'])
    expect(await names('app\\*')).toEqual(['app*'])
    expect(await names('app.a')).toEqual([])
  })
})

describe('security groups', () => {
  const web = { IpProtocol: 'tcp', FromPort: 8000, ToPort: 8000, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

  const group = async (name = 'backend'): Promise<string> =>
    (
      await ask.CreateSecurityGroup({
        GroupName: name,
        Description: 'the backend',
        VpcId: await defaultVpc(),
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'app', Value: name }] }],
      })
    ).GroupId ?? ''

  const rules = async (id: string) =>
    (await ask.DescribeSecurityGroupRules({ Filters: [is('group-id', id)] })).SecurityGroupRules ?? []

  test('a new group lets everything out, and saying so again is a duplicate', async () => {
    const id = await group()
    expect(await rules(id)).toMatchObject([
      { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' },
    ])
    await expect(
      ask.AuthorizeSecurityGroupEgress({
        GroupId: id,
        IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
    ).rejects.toMatchObject({ code: 'InvalidPermission.Duplicate' })
  })

  test('rules come back canonical and can be revoked by id or by shape', async () => {
    const id = await group()
    await ask.AuthorizeSecurityGroupIngress({
      GroupId: id,
      IpPermissions: [
        {
          ...web,
          IpRanges: [{ CidrIp: '10.0.0.5/24', Description: 'office' }],
          Ipv6Ranges: [{ CidrIpv6: '2001:DB8::1/32' }],
        },
      ],
    })
    const ingress = (await rules(id)).filter(rule => !rule.IsEgress)
    expect(ingress.map(rule => rule.CidrIpv4 ?? rule.CidrIpv6).sort()).toEqual([
      '10.0.0.0/24',
      '2001:db8::/32',
    ])
    const [described] = (await ask.DescribeSecurityGroups({ GroupIds: [id] })).SecurityGroups ?? []
    expect(described?.IpPermissions).toMatchObject([
      { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/24', Description: 'office' }] },
    ])
    await ask.RevokeSecurityGroupIngress({
      GroupId: id,
      IpPermissions: [{ ...web, IpRanges: [{ CidrIp: '10.0.0.0/24' }] }],
    })
    await ask.RevokeSecurityGroupIngress({
      GroupId: id,
      SecurityGroupRuleIds: ingress.flatMap(rule => (rule.CidrIpv6 ? [rule.SecurityGroupRuleId ?? ''] : [])),
    })
    expect((await rules(id)).filter(rule => !rule.IsEgress)).toEqual([])
    await expect(ask.RevokeSecurityGroupIngress({ GroupId: id, IpPermissions: [web] })).rejects.toMatchObject(
      {
        code: 'InvalidPermission.NotFound',
      },
    )
  })

  test('a duplicate among several rules leaves none of them behind', async () => {
    const id = await group()
    await expect(
      ask.AuthorizeSecurityGroupIngress({
        GroupId: id,
        IpPermissions: [
          web,
          { ...web, FromPort: 9000, ToPort: 9000 },
          { ...web, IpRanges: [{ CidrIp: '9.9.9.9/0' }] },
        ],
      }),
    ).rejects.toMatchObject({ code: 'InvalidPermission.Duplicate' })
    expect(await rules(id)).toHaveLength(1)
  })

  test('a description may change without a new rule', async () => {
    const id = await group()
    await ask.AuthorizeSecurityGroupIngress({ GroupId: id, IpPermissions: [web] })
    const before = (await rules(id)).find(rule => !rule.IsEgress)
    await ask.UpdateSecurityGroupRuleDescriptionsIngress({
      GroupId: id,
      IpPermissions: [{ ...web, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'the world' }] }],
    })
    expect((await rules(id)).find(rule => !rule.IsEgress)).toEqual({ ...before, Description: 'the world' })
  })

  test.each([
    ['a malformed CIDR', { ...web, IpRanges: [{ CidrIp: '10.0.0.0/40' }] }],
    ['a port beyond 65535', { ...web, ToPort: 70_000 }],
    ['ports the wrong way round', { ...web, FromPort: 9000 }],
    ['no port', { ...web, FromPort: undefined }],
    ['an unknown protocol', { ...web, IpProtocol: 'htp' }],
    ['no peer', { ...web, IpRanges: [] }],
  ])('%s is refused', async (_, permission) => {
    const id = await group()
    await expect(
      ask.AuthorizeSecurityGroupIngress({ GroupId: id, IpPermissions: [permission] }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('a group of the default VPC may be called by its name', async () => {
    const id = await group()
    const { SecurityGroups: [{ GroupName } = {}] = [] } = await ask.DescribeSecurityGroups({ GroupIds: [id] })
    await ask.AuthorizeSecurityGroupIngress({ GroupName, IpPermissions: [web] })
    expect((await rules(id)).filter(({ IsEgress }) => IsEgress === false)).toHaveLength(1)
    await ask.RevokeSecurityGroupIngress({ GroupName, IpPermissions: [web] })
    expect((await rules(id)).filter(({ IsEgress }) => IsEgress === false)).toEqual([])
  })

  test('names are unique in a VPC; ids are checked', async () => {
    await group()
    await expect(group()).rejects.toMatchObject({ code: 'InvalidGroup.Duplicate' })
    await expect(ask.DescribeSecurityGroups({ GroupIds: ['sg-0123'] })).rejects.toMatchObject({
      code: 'InvalidGroup.NotFound',
    })
    await expect(ask.DescribeSecurityGroups({ GroupIds: ['backend'] })).rejects.toMatchObject({
      code: 'InvalidGroupId.Malformed',
    })
  })

  test('a group another one refers to cannot go first', async () => {
    const [door, house] = [await group('door'), await group('house')]
    await ask.AuthorizeSecurityGroupIngress({
      GroupId: house,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 2, UserIdGroupPairs: [{ GroupId: door }] }],
    })
    await expect(ask.DeleteSecurityGroup({ GroupId: door })).rejects.toMatchObject({
      code: 'DependencyViolation',
    })
    await ask.DeleteSecurityGroup({ GroupId: house })
    await ask.DeleteSecurityGroup({ GroupId: door })
    expect(await rules(house)).toEqual([])
    await expect(ask.DeleteSecurityGroup({ GroupId: door })).rejects.toMatchObject({
      code: 'InvalidGroup.NotFound',
    })
  })

  test('tags find a group, and can be put, dropped and listed', async () => {
    const id = await group()
    const found = async () =>
      (await ask.DescribeSecurityGroups({ Filters: [is('tag:app', 'backend')] })).SecurityGroups?.map(
        row => row.GroupId,
      )
    expect(await found()).toEqual([id])
    await ask.CreateTags({ Resources: [id], Tags: [{ Key: 'more', Value: '' }] })
    await ask.DeleteTags({ Resources: [id], Tags: [{ Key: 'app', Value: 'else' }] })
    expect(await found()).toEqual([id])
    await ask.DeleteTags({ Resources: [id], Tags: [{ Key: 'app' }] })
    expect(await found()).toEqual([])
    expect((await ask.DescribeTags({ Filters: [is('resource-id', id)] })).Tags).toEqual([
      { ResourceId: id, ResourceType: 'security-group', Key: 'more', Value: '' },
    ])
    await expect(
      ask.CreateTags({ Resources: ['sg-0123'], Tags: [{ Key: 'a', Value: '' }] }),
    ).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' })
  })

  test('a rehearsal changes nothing', async () => {
    const id = await group()
    await expect(ask.DeleteSecurityGroup({ GroupId: id, DryRun: true })).rejects.toMatchObject({
      code: 'DryRunOperation',
      status: 412,
    })
    expect(await rules(id)).toHaveLength(1)
  })
})

describe('canonical CIDRs', () => {
  test('are their own canonical form, and hold the address they came from', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const once = canonicalCidr4(`${address}/${bits}`)
        expect(canonicalCidr4(once)).toBe(once)
        expect(canonicalCidr4(`${address}/32`)).toBe(`${address}/32`)
      }),
    )
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
        const once = canonicalCidr6(`${address}/${bits}`)
        expect(canonicalCidr6(once)).toBe(once)
        expect(canonicalCidr6(`${address.toUpperCase()}/${bits}`)).toBe(once)
      }),
    )
  })

  test('are known for what they are', () => {
    expect(canonicalCidr4('172.16.255.255/12')).toBe('172.16.0.0/12')
    expect(canonicalCidr6('2001:0DB8:0000:0000:ffff::1/48')).toBe('2001:db8::/48')
    expect(canonicalCidr6('::/0')).toBe('::/0')
  })
})
