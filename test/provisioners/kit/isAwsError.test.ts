import { expect, test } from 'vitest'
import { absentIf } from '../../../src/provisioners/kit/absentIf.ts'
import { isAwsError } from '../../../src/provisioners/kit/isAwsError.ts'

const failing = (facts: object) => Object.assign(new Error('no'), facts)

test.for([
  ['the modelled name', { name: 'NoSuchEntityException' }],
  ['the wire code', { name: 'Unknown', Code: 'NoSuchEntity' }],
  ['the code inside', { name: 'Unknown', Error: { Code: 'NoSuchEntity' } }],
] as const)('an error is known by %s', ([, facts]) => {
  expect(isAwsError(failing(facts), 'NoSuchEntityException')).toBe(true)
  expect(isAwsError(failing(facts), 'AccessDenied')).toBe(false)
})

test('only a named answer means absent; access denied is thrown on', async () => {
  expect(await absentIf(Promise.reject(failing({ name: 'NotFound' })), 'NotFoundException')).toBeUndefined()
  const denied = failing({ name: 'AccessDeniedException' })
  await expect(absentIf(Promise.reject(denied), 'NotFoundException')).rejects.toBe(denied)
})
