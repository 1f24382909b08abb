import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canAssume } from '../../src/emulator/roles.ts'
import { iam } from '../../src/emulator/services/iam.ts'
import { sts } from '../../src/emulator/services/sts.ts'
import { type Asked, World } from './call.ts'

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: "arn:aws:s3:::b/*'()!" }],
})
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'

describe('IAM', () => {
  let world: World
  let ask: Asked<typeof iam>
  beforeEach(() => {
    world = new World()
    ask = world.ask(iam, 'iam')
  })
  afterEach(() => world.remove())

  const create = (RoleName = 'role', more: object = {}) =>
    ask.CreateRole({ RoleName, AssumeRolePolicyDocument: TRUST, ...more })

  test('a role has what it was made with, and defaults', async () => {
    await create('role', { Path: '/storyarch/a/b/', Tags: [{ Key: 'k', Value: 'v' }], Description: 'd' })
    world.advance(2)
    const { Role } = await ask.GetRole({ RoleName: 'role' })
    expect(Role).toMatchObject({
      RoleName: 'role',
      Arn: 'arn:aws:iam::000000000000:role/storyarch/a/b/role',
      Path: '/storyarch/a/b/',
      Description: 'd',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/)
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST)
    expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version/)
  })

  test('a new role shows its id in place of its ARN for a moment, and can be assumed a while later', async () => {
    const { Role } = await create()
    const arn = Role?.Arn ?? ''
    expect((await ask.GetRole({ RoleName: 'role' })).Role?.Arn).toBe(Role?.RoleId)
    expect(canAssume(world.call('lambda'), arn, 'lambda.amazonaws.com')).toBe(false)
    world.advance(10)
    expect((await ask.GetRole({ RoleName: 'role' })).Role?.Arn).toBe(arn)
    expect(canAssume(world.call('lambda'), arn, 'lambda.amazonaws.com')).toBe(true)
    expect(canAssume(world.call('ecs'), arn, 'ecs-tasks.amazonaws.com')).toBe(false)
  })

  test('names are one whatever their case', async () => {
    await create('Role')
    await expect(create('rOLE')).rejects.toMatchObject({ code: 'EntityAlreadyExists' })
    expect((await ask.GetRole({ RoleName: 'ROLE' })).Role?.RoleName).toBe('Role')
    await ask.DeleteRole({ RoleName: 'role' })
    await expect(ask.GetRole({ RoleName: 'Role' })).rejects.toMatchObject({ code: 'NoSuchEntity' })
  })

  test('lists leave out tags and are cut by path and page', async () => {
    for (const name of ['a', 'b', 'c']) await create(name, { Path: '/in/', Tags: [{ Key: 'k', Value: 'v' }] })
    await create('out')
    const first = await ask.ListRoles({ PathPrefix: '/in/', MaxItems: 2 })
    expect(first.Roles?.map(role => role.RoleName)).toEqual(['a', 'b'])
    expect(first.Roles?.[0]).not.toHaveProperty('Tags')
    expect(first.IsTruncated).toBe(true)
    const rest = await ask.ListRoles({ PathPrefix: '/in/', MaxItems: 2, Marker: first.Marker })
    expect(rest.Roles?.map(role => role.RoleName)).toEqual(['c'])
    expect(rest.IsTruncated).toBe(false)
  })

  test('an update changes only what it names', async () => {
    await create('role', { Description: 'old' })
    await ask.UpdateRole({ RoleName: 'role', MaxSessionDuration: 7200 })
    const trust = TRUST.replace('lambda', 'ecs-tasks')
    await ask.UpdateAssumeRolePolicy({ RoleName: 'role', PolicyDocument: trust })
    const { Role } = await ask.GetRole({ RoleName: 'role' })
    expect(Role).toMatchObject({ Description: 'old', MaxSessionDuration: 7200 })
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust)
  })

  test('a role cannot go while policies hang on it', async () => {
    await create()
    await ask.PutRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: POLICY })
    await ask.AttachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })
    const conflict = { code: 'DeleteConflict' }
    await expect(ask.DeleteRole({ RoleName: 'role' })).rejects.toMatchObject(conflict)
    await ask.DetachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })
    await expect(ask.DeleteRole({ RoleName: 'role' })).rejects.toMatchObject(conflict)
    await ask.DeleteRolePolicy({ RoleName: 'role', PolicyName: 'p' })
    await ask.DeleteRole({ RoleName: 'role' })
    expect((await ask.ListRoles({})).Roles).toEqual([])
  })

  test('inline policies keep their text, encoded', async () => {
    await create()
    await ask.PutRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: POLICY })
    const { PolicyDocument = '' } = await ask.GetRolePolicy({ RoleName: 'role', PolicyName: 'p' })
    expect(PolicyDocument).not.toMatch(/[!'()*"]/)
    expect(decodeURIComponent(PolicyDocument)).toBe(POLICY)
    expect((await ask.ListRolePolicies({ RoleName: 'role' })).PolicyNames).toEqual(['p'])
    await expect(ask.GetRolePolicy({ RoleName: 'role', PolicyName: 'q' })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  test('attaching twice is calm, detaching what hangs not is NoSuchEntity', async () => {
    await create()
    await ask.AttachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })
    await ask.AttachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })
    expect((await ask.ListAttachedRolePolicies({ RoleName: 'role' })).AttachedPolicies).toEqual([
      { PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn: MANAGED },
    ])
    await ask.DetachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })
    await expect(ask.DetachRolePolicy({ RoleName: 'role', PolicyArn: MANAGED })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  test('tag keys are one whatever their case', async () => {
    await create('role', { Tags: [{ Key: 'Env', Value: '1' }] })
    await ask.TagRole({ RoleName: 'role', Tags: [{ Key: 'env', Value: '2' }] })
    expect((await ask.ListRoleTags({ RoleName: 'role' })).Tags).toEqual([{ Key: 'env', Value: '2' }])
    await ask.UntagRole({ RoleName: 'role', TagKeys: ['env', 'other'] })
    expect((await ask.ListRoleTags({ RoleName: 'role' })).Tags).toEqual([])
    const twice = [
      { Key: 'a', Value: '' },
      { Key: 'A', Value: '' },
    ]
    await expect(ask.TagRole({ RoleName: 'role', Tags: twice })).rejects.toMatchObject({
      code: 'InvalidInput',
    })
  })

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocument'],
    ['no statement', '{"Version":"2012-10-17"}', 'MalformedPolicyDocument'],
    [
      'a resource in a trust policy',
      POLICY.replace('"Action"', '"Principal":"*","Action"'),
      'MalformedPolicyDocument',
    ],
    [
      'a role that does not exist',
      TRUST.replace('"Service":"lambda.amazonaws.com"', '"AWS":"arn:aws:iam::000000000000:role/ghost"'),
      'MalformedPolicyDocument',
    ],
    ['too much of it', TRUST.replace('Allow"', `Allow","Sid":"${'x'.repeat(2048)}"`), 'LimitExceeded'],
  ])('refuses a trust policy: %s', async (_, AssumeRolePolicyDocument, code) => {
    await expect(create('role', { AssumeRolePolicyDocument })).rejects.toMatchObject({ code })
    expect((await ask.ListRoles({})).Roles).toEqual([])
  })

  test.each([
    ['a principal', TRUST, 'MalformedPolicyDocument'],
    ['no resource', POLICY.replace('Resource', 'Sid'), 'MalformedPolicyDocument'],
    ['more than all a role may have', POLICY.replace('b/', 'x'.repeat(10_240)), 'LimitExceeded'],
  ])('refuses an inline policy: %s', async (_, PolicyDocument, code) => {
    await create()
    await expect(
      ask.PutRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument }),
    ).rejects.toMatchObject({ code })
  })

  test.each([
    ['name', { RoleName: 'a b' }],
    ['length', { RoleName: 'x'.repeat(65) }],
    ['path', { Path: 'no-slash' }],
    ['session', { MaxSessionDuration: 60 }],
  ])('refuses a role for its %s', async (_, input) => {
    await expect(create('role', input)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test("a service's own role is made once and belongs to AWS", async () => {
    const AWSServiceName = 'ecs.amazonaws.com'
    const { Role } = await ask.CreateServiceLinkedRole({ AWSServiceName })
    expect(Role?.Arn).toBe(
      'arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    )
    await expect(ask.CreateServiceLinkedRole({ AWSServiceName })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining('has been taken in this account'),
    })
    await expect(ask.DeleteRole({ RoleName: 'AWSServiceRoleForECS' })).rejects.toMatchObject({
      code: 'UnmodifiableEntity',
    })
  })

  test('an OpenID provider is one per URL', async () => {
    const Url = 'https://token.actions.githubusercontent.com'
    const { OpenIDConnectProviderArn: arn } = await ask.CreateOpenIDConnectProvider({
      Url,
      ClientIDList: ['sts.amazonaws.com'],
    })
    expect(arn).toBe('arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com')
    await expect(ask.CreateOpenIDConnectProvider({ Url })).rejects.toMatchObject({
      code: 'EntityAlreadyExists',
    })
    expect(await ask.GetOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).toMatchObject({
      Url: 'token.actions.githubusercontent.com',
      ClientIDList: ['sts.amazonaws.com'],
    })
    expect((await ask.ListOpenIDConnectProviders({})).OpenIDConnectProviderList).toEqual([{ Arn: arn }])
    await ask.DeleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })
    await expect(ask.GetOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  test('STS tells the account', async () => {
    const identity = await world.ask(sts, 'sts').GetCallerIdentity({})
    expect(identity).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/local' })
  })
})
