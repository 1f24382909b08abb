import { setTimeout as sleep } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Aws } from '../resource.ts'
import { type CallCounter, callCounter } from './callCounter.ts'
import { leanS3 } from './leanS3.ts'
import { pace } from './pace.ts'
import type { Keys } from './signS3.ts'

export interface AwsOptions {
  readonly region: string
  /** A named profile of the shared config files; null for the SDK's ordinary chain. */
  readonly profile: string | null
  /** The embedded AWS; null for AWS itself or what `AWS_ENDPOINT_URL` says. */
  readonly endpoint: string | null
  /** Attempts per call that the SDK makes on throttles, 5xx and lost connections. */
  readonly maxAttempts: number
}

export interface Identity {
  readonly account: string
  readonly arn: string
}

/** The doors to AWS plus what the program wants to know of them. */
export interface AwsSession extends Aws {
  readonly calls: CallCounter
  identity(): Promise<Identity>
  /** Closes the sockets. */
  close(): void
}

interface Middlewared {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: object) => Promise<object>,
        context: { clientName?: string; commandName?: string },
      ) => (args: object) => Promise<object>,
      options: { step: 'initialize'; name: string },
    ): void
  }
  destroy(): void
}

/** Credentials do not change hands in one session; this memo is never forgotten. */
const IDENTITY = 'identity'

const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }

const HTTP = {
  httpAgent: { maxSockets: 64 },
  httpsAgent: { maxSockets: 64 },
  connectionTimeout: 10_000,
  requestTimeout: 120_000,
}

const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

/**
 * Opens a session. Nothing is called before the first use; credentials are resolved once and shared by all clients.
 * Against AWS itself calls keep to each service's rate; a custom endpoint is not paced.
 */
export const createAws = (options: AwsOptions): AwsSession => {
  const custom = options.endpoint !== null || process.env.AWS_ENDPOINT_URL !== undefined
  const clients = new Map<unknown, Map<string, Middlewared>>()
  const memos = new Map<string, Promise<unknown>>()
  const calls = callCounter()
  const waitMs = custom ? () => 0 : pace(() => performance.now())
  let credentials: unknown = options.endpoint === null ? undefined : LOCAL_CREDENTIALS

  const open = (Client: new (config: never) => unknown, region: string): Middlewared => {
    const config = {
      region,
      maxAttempts: options.maxAttempts,
      requestHandler: HTTP,
      ...(options.profile === null ? {} : { profile: options.profile }),
      ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(custom ? { forcePathStyle: true, accountIdEndpointMode: 'disabled', disableHostPrefix: true } : {}),
    }
    const client = new Client(config as never) as Middlewared
    client.middlewareStack.add(
      (next, { clientName = '', commandName = '' }) =>
        async args => {
          const delayMs = waitMs(clientName)
          if (delayMs > 0) await sleep(delayMs)
          calls.count(clientName.replace(/Client$/, ''), commandName.replace(/Command$/, ''))
          return next(args)
        },
      { step: 'initialize', name: 'countAndPace' },
    )
    return client
  }

  const client = <C>(Client: new (config: never) => C, region = options.region): C => {
    const regions = clients.get(Client) ?? new Map<string, Middlewared>()
    const known = regions.get(region) ?? open(Client, region)
    clients.set(Client, regions.set(region, known))
    return known as C
  }

  const sts = client(STSClient)
  credentials ??= sts.config.credentials
  const partition = partitionOf(options.region)
  const lean = leanS3({
    region: options.region,
    partition,
    endpoint: options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL ?? null,
    maxAttempts: options.maxAttempts,
    keys: () =>
      options.endpoint === null ? sts.config.credentials() : Promise.resolve<Keys>(LOCAL_CREDENTIALS),
    count: operation => calls.count('S3', operation),
  })

  const session: AwsSession = {
    region: options.region,
    partition,
    calls,
    client,
    s3: lean.send,
    account: async () => (await session.identity()).account,
    identity: () =>
      session.memo(IDENTITY, async () => {
        const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand())
        return { account: Account, arn: Arn }
      }),
    memo: <T>(key: string, load: () => Promise<T>): Promise<T> => {
      const known = memos.get(key) as Promise<T> | undefined
      if (known !== undefined) return known
      const loading = load()
      memos.set(key, loading)
      loading.catch(() => memos.delete(key))
      return loading
    },
    forget: key => {
      for (const known of key === null ? [...memos.keys()] : [key])
        if (known !== IDENTITY) memos.delete(known)
    },
    close: () => {
      lean.close()
      for (const regions of clients.values()) for (const known of regions.values()) known.destroy()
    },
  }
  return session
}
