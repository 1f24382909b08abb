import { expect, test } from 'vitest'
import { awsError, isAwsError } from '../src/awsError.ts'

const answer = (facts: object) => Object.assign(new Error('no'), { $metadata: { requestId: 'r' }, ...facts })

test.for([
  ['the modelled name', { name: 'NoSuchEntityException' }],
  ['the wire code', { name: 'Unknown', Code: 'NoSuchEntity' }],
  ['the code inside', { name: 'Unknown', Error: { Code: 'NoSuchEntity' } }],
] as const)('an error is known by %s', ([, facts]) => {
  expect(isAwsError(answer(facts), 'NoSuchEntityException')).toBe(true)
  expect(isAwsError(answer(facts), 'NoSuchEntity')).toBe(true)
  expect(isAwsError(answer(facts), 'AccessDenied')).toBe(false)
  expect(awsError(answer(facts))?.requestId).toBe('r')
})

test('an error of ours is no answer of AWS', () => {
  expect(isAwsError(new Error('NoSuchEntity'), 'Error')).toBe(false)
  expect(awsError('NoSuchEntity')).toBeUndefined()
})
