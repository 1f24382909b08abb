import { type AwsRequest, awsSender, type Send } from './awsSender.ts'
import { credentialSource } from './credentials.ts'
import { endpoint } from './endpoint.ts'
import type { Patience } from './retry.ts'

/** AWS as one program reaches it: what `getItem(aws, …)` and all other operations begin with. */
export interface Aws {
  readonly region: string
  readonly send: Send
  /** Where a service answers. */
  readonly originOf: (service: string) => URL
}

type Env = Readonly<Record<string, string | undefined>>

export interface Manners {
  readonly patience: Patience
  /** Of silence, in one attempt. */
  readonly timeoutMs: number
  /** Told of each failure that is not the last. */
  readonly onRetry: (error: unknown, request: AwsRequest) => void
}

/** Opens AWS by what the environment says of region, credentials and endpoint. Nothing is asked before the first call. */
export const openAws = (env: Env, { patience, timeoutMs, onRetry }: Manners): Aws => {
  const region = env['AWS_REGION'] ?? ''
  return {
    region,
    send: awsSender({
      region,
      credentials: credentialSource(env, Date.now),
      patience,
      timeoutMs,
      onRetry,
      chance: Math.random,
    }),
    originOf: service => endpoint(env, service, region),
  }
}
