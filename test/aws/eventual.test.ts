import { describe, expect, test } from 'vitest'
import { eventual } from '../../src/aws/eventual.ts'

const answer = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, requestId: 'r' }, ...more })

describe('eventual', () => {
  test.each([
    ['InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.'],
    [
      'ResourceConflictException',
      'The operation cannot be performed at this time. An update is in progress for resource: x',
    ],
    ['MalformedPolicyDocumentException', 'Invalid principal in policy: "AWS":"arn:aws:iam::1:role/x"'],
    ['DeleteConflictException', 'Cannot delete entity, must detach all policies first.'],
    [
      'OperationAborted',
      'A conflicting conditional operation is currently in progress against this resource.',
    ],
    ['DistributionNotDisabled', 'The distribution you are trying to delete has not been disabled.'],
    ['DependencyViolation', 'resource sg-1 has a dependent object'],
    [
      'PriorRequestNotComplete',
      'The request was rejected because Route 53 was still processing a prior request.',
    ],
    [
      'ConflictException',
      'Unable to complete operation due to concurrent modification. Please try again later.',
    ],
  ])('%s goes away by itself', (name, message) =>
    expect(eventual(answer(name, message))).toBeTypeOf('string'),
  )

  test.each([
    ['AccessDeniedException', 'User is not authorized to perform: lambda:CreateFunction'],
    ['InvalidParameterValueException', 'Runtime nodejs8.10 is not supported'],
    ['EntityAlreadyExistsException', 'Role with name x already exists.'],
    ['ValidationException', 'One or more parameter values were invalid'],
    ['ConflictException', 'Route with key ANY /start already exists for this API'],
  ])('%s does not', (name, message) => expect(eventual(answer(name, message))).toBeUndefined())

  test('an error of ours is never taken for an AWS answer', () =>
    expect(eventual(new Error('DependencyViolation'))).toBeUndefined())
})
