import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface S3Stub {
  readonly endpoint: string
  setDelay(delayMs: number): Promise<void>
  /** Forgets all objects. */
  empty(): Promise<void>
  /** Requests by operation since they were forgotten the last time; forgets them. */
  requests(): Promise<Readonly<Record<string, number>>>
  stop(): void
}

export const openS3Stub = async (): Promise<S3Stub> => {
  const child = fork(join(import.meta.dirname, 's3Stub.ts'))
  const tell = async (message: object | string): Promise<Record<string, number>> => {
    child.send(message)
    return (await once(child, 'message'))[0] as Record<string, number>
  }
  const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }]
  return {
    endpoint,
    setDelay: async delayMs => void (await tell({ delayMs })),
    empty: async () => void (await tell('empty')),
    requests: async () => {
      const counts = await tell('requests')
      await tell('forget')
      return counts
    },
    stop: () => child.disconnect(),
  }
}
