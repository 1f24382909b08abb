import { expect, test } from 'vitest'
import { mayRead } from '../../../../src/emulator/dataplane/cdn/mayRead.ts'

const ARN = 'arn:aws:cloudfront::123456789012:distribution/E1'
const Principal = { Service: 'cloudfront.amazonaws.com' }
const allow = {
  Effect: 'Allow',
  Principal,
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::site/*',
  Condition: { StringEquals: { 'AWS:SourceArn': ARN } },
}
const reads = (key: string, ...more: object[]) =>
  mayRead(JSON.stringify({ Statement: [allow, ...more] }), {
    action: 's3:GetObject',
    resource: `arn:aws:s3:::site/${key}`,
    distribution: ARN,
    account: '123456789012',
  })
const deny = { Effect: 'Deny', Principal, Action: 's3:*', Resource: 'arn:aws:s3:::site/_storyarch/*' }

test('a bucket without a policy is read by nobody', () => {
  const reading = {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::site/a',
    distribution: ARN,
    account: '1',
  } as const
  expect(mayRead(null, reading)).toBe(false)
})

test('a deny outweighs the allow, for what it names', () => {
  expect([reads('a', deny), reads('_storyarch/a', deny)]).toEqual([true, false])
  expect(reads('_storyarch/a', { ...deny, Principal: { AWS: '*' } })).toBe(false)
  expect(reads('_storyarch/a', { ...deny, Principal: { AWS: 'arn:aws:iam::1:root' } })).toBe(true)
})

test('NotResource and NotAction name all the rest', () => {
  const { Resource: _, ...rest } = deny
  const open = { ...rest, NotResource: 'arn:aws:s3:::site/assets/*' }
  expect([reads('assets/a', open), reads('index.html', open)]).toEqual([true, false])
  const { Action: __, ...other } = deny
  expect(reads('_storyarch/a', { ...other, NotAction: 's3:getobject' })).toBe(true)
  expect(reads('_storyarch/a', { ...other, NotAction: 's3:PutObject' })).toBe(false)
})
