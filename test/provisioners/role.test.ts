import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { role } from '../../src/provisioners/role.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { roleSample } from './samples/role.ts'

const tags = { 'storyarch:stack': 'notes/prod' }

test('an inline policy that somebody added shows, and goes', () =>
  onFreshAws(async aws => {
    const { name, props } = await roleSample.prepare(aws)
    await role.create(aws, name, props, tags, making())
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
    await aws.client(IAMClient).send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'quick-fix',
        PolicyDocument: JSON.stringify(everything),
      }),
    )
    const live = await role.read(aws, name)
    if (live === undefined) throw new Error('the role is not there')
    expect(live.props.otherPolicies).toEqual(['quick-fix'])
    const { otherPolicies } = role.change
    if (typeof otherPolicies === 'function') await otherPolicies(aws, live, props, making())
    expect((await role.read(aws, name))?.props.otherPolicies).toEqual([])
  }))

test('stands under the path of its stack', () =>
  onFreshAws(async aws => {
    const { name, props } = await roleSample.prepare(aws)
    await role.create(aws, name, props, tags, making())
    expect((await role.read(aws, name))?.out.arn).toBe(
      `arn:aws:iam::123456789012:role/storyarch/notes/prod/${name}`,
    )
  }))

test("a tag's key in another case takes the old one's place, since IAM takes both for one", () =>
  onFreshAws(async aws => {
    const { name, props } = await roleSample.prepare(aws)
    await role.create(aws, name, props, { ...tags, Owner: 'ann', colour: 'red' }, making())
    const live = await role.read(aws, name)
    if (live === undefined) throw new Error('the role is not there')
    await role.retag(aws, live, { owner: 'bob' }, ['Owner', 'colour'])
    expect((await role.read(aws, name))?.tags).toEqual({ ...tags, owner: 'bob' })
  }))
