import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { startEmulator } from '../../../src/emulator/server.ts'
import type { Handlers, ServiceName } from '../../../src/emulator/services.ts'
import { SERVICE_NAMES } from './clients.ts'

/** A server all of whose operations write down what they are told and answer what is laid out for them. */
export interface Desk {
  readonly endpoint: string
  /** What the last handler was told; undefined when none was called. */
  input: Record<string, unknown> | undefined
  /** What the next handler answers; an Error is thrown. */
  output: object
  close(): Promise<void>
}

export const openDesk = async (): Promise<Desk> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
  const handle = async (input: Record<string, unknown>): Promise<object> => {
    desk.input = await whole(input)
    if (desk.output instanceof Error) throw desk.output
    return desk.output
  }
  // A promise is known by its `then`, so this is the one operation that is not there.
  const any: Handlers = new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : handle) })
  const handlers = Object.fromEntries(SERVICE_NAMES.map((name): [ServiceName, Handlers] => [name, any]))
  const emulator = await startEmulator({ folder, handlers })
  const desk: Desk = {
    endpoint: emulator.endpoint,
    input: undefined,
    output: {},
    close: async () => {
      await emulator.close()
      await rm(folder, { recursive: true })
    },
  }
  return desk
}

/** Streams become their bytes; bytes become base64, undefined goes, and what the SDK adds goes. */
export const whole = async (value: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const out: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value))
    if (name !== '$metadata') out[name] = item instanceof Readable ? await buffer(item) : item
  // Checksums in trailers are there only once the body has been read.
  return plain({ ...value, ...out, $metadata: undefined }) as Record<string, unknown>
}

export const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, plain(item)]),
  )
}
