import { isAwsError } from './awsError.ts'

/** How long a caller puts up with failures. */
export interface Patience {
  /** Of one call, the first included. */
  readonly attempts: number
  /** Longest pause between two attempts. */
  readonly pauseMs: number
  /** Of a call that is denied. More than one where a role may be so new that a region's services have not heard of it. */
  readonly deniedAttempts: number
}

const THROTTLED =
  /throttl|RequestLimitExceeded|ProvisionedThroughput|SlowDown|TooManyRequests|BandwidthLimit/i
/** Answers of the 400s that say "try again". */
const PASSING = [
  'ConditionalRequestConflict',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeoutException',
  'TransactionInProgressException',
  'RequestTimeTooSkewed',
  'PriorRequestNotComplete',
]
/** S3, the JSON services and the Query services each have a name of their own for credentials they do not know. */
const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'ExpiredToken',
  'ExpiredTokenException',
]

const PAUSE_MS = 50
const THROTTLED_PAUSE_MS = 500

/**
 * How long to wait before the next attempt, in milliseconds; null when another would end like this one. `attempt` counts
 * those made, `chance` is a number from 0 to 1: pauses double and are spread over their whole length, so that many
 * callers do not come back at once.
 */
export const pauseBeforeRetryMs = (
  error: unknown,
  attempt: number,
  patience: Patience,
  chance: number,
): number | null => {
  if (attempt >= patience.attempts || !mayPass(error, attempt, patience)) return null
  const first = isThrottle(error) ? THROTTLED_PAUSE_MS : PAUSE_MS
  return chance * Math.min(patience.pauseMs, first * 2 ** Math.min(attempt - 1, 30))
}

const isThrottle = (error: unknown): boolean =>
  isAwsError(error) && (error.status === 429 || THROTTLED.test(error.name))

const mayPass = (error: unknown, attempt: number, { deniedAttempts }: Patience): boolean => {
  if (isAwsError(error)) {
    if (DENIED.includes(error.name)) return attempt < deniedAttempts
    return error.status >= 500 || isThrottle(error) || PASSING.includes(error.name)
  }
  return isBrokenConnection(error)
}

/** Node names what breaks below HTTP with a code (`ECONNRESET`); what was called off by the caller is no accident. */
const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== 'ABORT_ERR'
