import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53'
import type { SlowCall } from './slowAws.ts'

export interface SlowAws {
  readonly endpoint: string
  /** What a child process needs to talk to it. */
  readonly env: NodeJS.ProcessEnv
  /** Sets the delay of every call and forgets the calls so far. */
  setDelay(delayMs: number): Promise<void>
  calls(): Promise<SlowCall[]>
  stop(): Promise<void>
}

/** The zone the full manifest's names stand in, which storyarch never makes. */
const makeZone = (endpoint: string) =>
  new Route53Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  }).send(new CreateHostedZoneCommand({ Name: 'yerson.co', CallerReference: 'bench' }))

/** Starts an embedded AWS in its own process, empty but for the hosted zone. */
export const openSlowAws = async (): Promise<SlowAws> => {
  const child = fork(join(import.meta.dirname, 'slowAws.ts'), { serialization: 'advanced' })
  const answer = async <T>(message: object | string): Promise<T> => {
    child.send(message)
    return (await once(child, 'message'))[0] as T
  }
  const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }]
  await makeZone(endpoint)
  return {
    endpoint,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_COLOR: '1',
      CI: '1',
    },
    setDelay: async delayMs => void (await answer({ delayMs })),
    calls: () => answer('calls'),
    stop: async () => {
      child.send('stop')
      await once(child, 'exit')
    },
  }
}
