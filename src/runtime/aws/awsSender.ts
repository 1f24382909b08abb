import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import aws4 from 'aws4'
import { type Headers, refusal } from './awsError.ts'
import type { CredentialSource } from './credentials.ts'
import { type Body, exchange } from './exchange.ts'
import { type Patience, pauseBeforeRetryMs } from './retry.ts'

export interface AwsRequest {
  /** What the request is signed for: `dynamodb`, `s3`. */
  readonly service: string
  /** Scheme, host and port. */
  readonly origin: URL
  readonly method: string
  /** Encoded, with the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

/** An answer whose body is still to be read, or thrown away with `body.destroy()`. */
export interface AwsAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: IncomingMessage
}

/** Sends one call to AWS until it is answered. Throws AwsError, what broke the
 * connection, or an Error whose cause is the last of these when the signal ends the attempts. */
export type Send = (request: AwsRequest, signal: AbortSignal) => Promise<AwsAnswer>

export interface Sender {
  readonly region: string
  readonly credentials: CredentialSource
  readonly patience: Patience
  /** Of silence. */
  readonly timeoutMs: number
  /** Told of each failure that is not the last. */
  readonly onRetry: (error: unknown, request: AwsRequest) => void
  /** From 0 to 1. */
  readonly chance: () => number
}

/**
 * The whole of our AWS client: signs (Signature Version 4) and sends, and tries again what may pass. A seventh of the
 * SDK's start (docs/decisions/0009). A write whose answer got lost is sent twice: callers make their writes conditional or
 * give them a token.
 */
export const awsSender =
  (sender: Sender): Send =>
  async (request, signal) => {
    let last: unknown = null
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce(sender, request, signal)
      } catch (error) {
        if (signal.aborted) throw calledOff(last ?? error)
        const pauseMs = pauseBeforeRetryMs(error, attempt, sender.patience, sender.chance())
        if (pauseMs === null) throw error
        last = error
        sender.onRetry(error, request)
        await sleep(pauseMs, undefined, { signal }).catch(() => {
          throw calledOff(error)
        })
      }
    }
  }

/** The last failure says more than the clock that ended the attempts. */
const calledOff = (last: unknown): Error =>
  new Error(`Gave up at the deadline; the last failure: ${last}`, { cause: last })

const attemptOnce = async (sender: Sender, request: AwsRequest, signal: AbortSignal): Promise<AwsAnswer> => {
  const { origin, method, body } = request
  const { path, headers } = signed(sender.region, await sender.credentials(), request)
  const answer = await exchange({ origin, method, path, headers, body, timeoutMs: sender.timeoutMs, signal })
  const status = answer.statusCode ?? 0
  if (status < 300) return { status, headers: answer.headers, body: answer }
  throw refusal(status, answer.headers, await text(answer))
}

const signed = (
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: Awaited<ReturnType<CredentialSource>>,
  { service, origin, method, path, headers, body }: AwsRequest,
) => {
  const streamed =
    typeof body === 'string'
      ? null
      : { 'content-length': body.bytes, 'x-amz-content-sha256': body.sha256, expect: '100-continue' }
  const made = aws4.sign(
    {
      service,
      region,
      method,
      path,
      headers: { host: origin.host, ...headers, ...streamed },
      ...(typeof body === 'string' && body !== '' ? { body } : {}),
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  )
  return { path: made.path ?? path, headers: made.headers as Record<string, string | number> }
}
