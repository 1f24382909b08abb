import { expect, test } from 'vitest'
import { type AssumableRole, canAssume } from '../../src/emulator/roles.ts'
import { World } from './call.ts'

const arn = 'arn:aws:iam::000000000000:role/storyarch/notes/prod/task'
const trust = (Principal: unknown) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
  })

test('a role is assumed by whom it trusts, once it has reached the other services', () => {
  const world = new World()
  const can = (roleArn = arn) => canAssume(world.call('lambda'), roleArn, 'lambda.amazonaws.com')
  const roles = world.call('iam').table<AssumableRole>('roles')
  expect(can()).toBe(false)
  roles.set('task', { arn, createdAt: world.now, trust: trust({ Service: ['lambda.amazonaws.com'] }) })
  expect(can()).toBe(false)
  world.advance(10)
  expect(can()).toBe(true)
  expect(can('arn:aws:iam::000000000000:role/task')).toBe(false)
  roles.set('task', { arn, createdAt: 0, trust: trust({ Service: 'ecs-tasks.amazonaws.com' }) })
  expect(can()).toBe(false)
})
