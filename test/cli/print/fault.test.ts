import { describe, expect, test } from 'vitest'
import { fault } from '../../../src/cli/print/fault.ts'
import { NotYet, UserError } from '../../../src/errors.ts'

const nowhere = { profile: null, endpoint: null }

/** An error as the SDK throws it. */
const answered = (name: string, message = '', status = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'req-1' } })

const failed = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

describe('a fault', () => {
  test.each([
    [
      Object.assign(new Error('The SSO session associated with this profile has expired'), {
        name: 'TokenProviderError',
      }),
      { ...nowhere, profile: 'prod' },
      'Your AWS SSO session (profile prod) has expired.',
      'Run: aws sso login --profile prod',
    ],
    [
      Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      }),
      nowhere,
      'No AWS credentials were found.',
      'aws configure',
    ],
    [answered('ExpiredTokenException'), nowhere, 'Your AWS credentials have expired.', 'aws sso login'],
    [answered('InvalidClientTokenId'), nowhere, 'AWS does not know this access key.', 'get-caller-identity'],
    [failed('ENOSPC', { syscall: 'write' }), nowhere, 'The disk is full.', 'TMPDIR'],
    [answered('RequestTimeTooSkewed'), nowhere, "This machine's clock differs", 'Set the clock'],
    [
      answered(
        'AccessDenied',
        'User: arn:aws:iam::1:user/me is not authorized to perform: s3:CreateBucket on resource: arn:aws:s3:::site because no identity-based policy allows it',
        403,
      ),
      nowhere,
      'AWS denied access: arn:aws:iam::1:user/me may not s3:CreateBucket on arn:aws:s3:::site.',
      'Allow s3:CreateBucket',
    ],
    [
      answered('AccessDenied', 'Access Denied', 403),
      nowhere,
      'AWS denied access: Access Denied.',
      'credentials that may',
    ],
    [
      answered('ThrottlingException', 'Rate exceeded'),
      nowhere,
      'AWS throttles this account: Rate exceeded.',
      'Wait',
    ],
    [
      answered('InternalError', 'oops', 500),
      nowhere,
      'AWS answered InternalError: oops.',
      'on the side of AWS',
    ],
    [
      failed('ENOTFOUND', { hostname: 'sts.nowhere.amazonaws.com' }),
      nowhere,
      'sts.nowhere.amazonaws.com cannot be reached (ENOTFOUND).',
      'Check the network',
    ],
    [
      Object.assign(new AggregateError([failed('ECONNREFUSED', { address: '127.0.0.1', port: 9 })]), {
        code: 'ECONNREFUSED',
      }),
      nowhere,
      '127.0.0.1:9 cannot be reached (ECONNREFUSED).',
      'Check the network',
    ],
    [
      failed('ECONNREFUSED'),
      { ...nowhere, endpoint: 'http://127.0.0.1:9' },
      'http://127.0.0.1:9 cannot be reached',
      'Check that something listens there',
    ],
    [
      new NotYet('the role spreads'),
      nowhere,
      'AWS is not there yet: the role spreads.',
      'Run the same command again',
    ],
  ])('of %s says what is so and what to do', (error, context, fact, nextAct) => {
    const told = fault(error, context)
    expect(told.fact).toContain(fact)
    expect(told.nextAct).toContain(nextAct)
    expect(told.stack).toBeNull()
  })

  test('keeps what it was about, and the request id', () => {
    const error = new Error('bucket/site (site) could not be read', {
      cause: answered('AccessDenied', 'no', 403),
    })
    expect(fault(error, nowhere)).toMatchObject({
      about: ['bucket/site (site) could not be read'],
      requestId: 'req-1',
    })
  })

  test('of ours keeps its exit code', () => {
    expect(fault(new UserError('locked', 'wait', { exitCode: 4 }), nowhere).exitCode).toBe(4)
  })

  test('that nobody foresaw keeps the stacks of all its causes', () => {
    const told = fault(new TypeError('x is not a function', { cause: new RangeError('deep') }), nowhere)
    expect(told.fact).toContain('TypeError: x is not a function')
    expect(told.stack).toMatch(/TypeError: x is not a function[\s\S]*caused by: RangeError: deep/)
  })
})
