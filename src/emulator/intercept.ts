import type { AwsError, Call } from './service.ts'

/** What a test or bench may do to a call: nothing, answer with an AWS error, or break the connection. */
export type Verdict = undefined | AwsError | 'drop'

export type InterceptedCall = Pick<Call, 'service' | 'operation' | 'region' | 'requestId'> & {
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Asked before a handler runs, and again after it has taken effect and before its answer goes out; may take its time.
 * An error `after` is a call that worked and whose answer got lost.
 */
export type Intercept = (call: InterceptedCall, phase: 'before' | 'after') => Verdict | Promise<Verdict>
