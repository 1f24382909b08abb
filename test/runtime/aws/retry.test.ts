import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusal } from '../../../src/runtime/aws/awsError.ts'
import { pauseBeforeRetryMs } from '../../../src/runtime/aws/retry.ts'

const patience = { attempts: 5, pauseMs: 1_000, deniedAttempts: 3 }

const coded = (code: string) => Object.assign(new Error(code), { code })

const PASSING = [
  refusal(500, {}, ''),
  refusal(503, {}, '<Error><Code>SlowDown</Code></Error>'),
  refusal(400, {}, '{"__type":"com.amazonaws.dynamodb#ProvisionedThroughputExceededException"}'),
  refusal(400, {}, '{"__type":"ThrottlingException"}'),
  refusal(409, {}, '<Error><Code>ConditionalRequestConflict</Code></Error>'),
  refusal(429, {}, ''),
  coded('ECONNRESET'),
  coded('ENOTFOUND'),
]

const LASTING = [
  refusal(400, {}, '{"__type":"ValidationException"}'),
  refusal(400, {}, '{"__type":"ConditionalCheckFailedException"}'),
  refusal(404, {}, '<Error><Code>NoSuchBucket</Code></Error>'),
  refusal(412, {}, '<Error><Code>PreconditionFailed</Code></Error>'),
  new TypeError('a bug'),
  coded('ABORT_ERR'),
  'no error at all',
]

const attempt = fc.integer({ min: 1, max: 10_000 })
const chance = fc.double({ min: 0, max: 1, noNaN: true })

test('what may pass is tried again while there is patience, after pauses that stay in bounds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PASSING), attempt, chance, (error, made, luck) => {
      const pauseMs = pauseBeforeRetryMs(error, made, patience, luck)
      if (made >= patience.attempts) expect(pauseMs).toBeNull()
      else {
        expect(pauseMs).toBeGreaterThanOrEqual(0)
        expect(pauseMs).toBeLessThanOrEqual(patience.pauseMs)
      }
    }),
  )
})

test('endless patience has pauses that are numbers', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PASSING), attempt, chance, (error, made, luck) => {
      const endless = { ...patience, attempts: Number.POSITIVE_INFINITY }
      expect(pauseBeforeRetryMs(error, made, endless, luck)).toBeLessThanOrEqual(patience.pauseMs)
    }),
  )
})

test('what lasts is not tried again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LASTING), chance, (error, luck) => {
      expect(pauseBeforeRetryMs(error, 1, patience, luck)).toBeNull()
    }),
  )
})

test.for([
  [403, '<Error><Code>AccessDenied</Code></Error>'],
  [400, '{"__type":"com.amazon.coral.service#AccessDeniedException"}'],
  [400, '{"__type":"com.amazon.coral.service#UnrecognizedClientException"}'],
  [400, '{"__type":"com.amazon.coral.service#ExpiredTokenException"}'],
  [403, '<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>'],
] as const)(
  'a denial is tried again as often as the caller thinks a role may be new: %s %s',
  ([status, body]) => {
    const denied = refusal(status, {}, body)
    const pauses = [1, 2, 3].map(made => pauseBeforeRetryMs(denied, made, patience, 1))
    expect(pauses).toEqual([50, 100, null])
  },
)
