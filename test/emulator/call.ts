import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, Table } from '../../src/emulator/service.ts'

/** A service whose handlers are asked without a wire: `ask.GetFunction({ … })`. */
export type Asked<S> = {
  [K in keyof S]-?: NonNullable<S[K]> extends (input: infer I, call: Call) => infer O
    ? (input: I) => Promise<Awaited<O>>
    : never
}

/** A small AWS in memory with a clock that only moves when told; `latency` scales every delay. */
export class World {
  now = Date.UTC(2026, 0, 2, 3, 4, 5)
  latency = 1
  readonly #tables = new Map<string, Map<string, string>>()
  readonly #ports = new Map<string, number>()
  #folder: string | undefined

  advance(seconds: number): void {
    this.now += seconds * 1000
  }

  /** Removes what handlers wrote on disk. */
  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  ask<S extends object>(service: S, name: string, region = 'us-east-1'): Asked<S> {
    return new Proxy({} as Asked<S>, {
      get: (_, operation) => async (input: unknown) => {
        const handler: unknown = Reflect.get(service, operation)
        if (typeof handler !== 'function') throw new Error(`${name} has no ${String(operation)}`)
        return await handler(input, this.call(name, String(operation), region))
      },
    })
  }

  call(service: string, operation = '', region = 'us-east-1'): Call {
    return {
      service,
      operation,
      region,
      account: '000000000000',
      requestId: '00000000-0000-0000-0000-000000000000',
      now: this.now,
      delay: realMs => realMs * this.latency,
      table: <T>(name: string, of: { service?: string; region?: string } = {}) =>
        this.#table<T>([of.service ?? service, of.region ?? region, name].join('/')),
      folder: name => {
        this.#folder ??= mkdtempSync(join(tmpdir(), 'storyarch-'))
        const path = join(this.#folder, service, region, name)
        mkdirSync(path, { recursive: true })
        return path
      },
      endpoint: 'http://127.0.0.1:4566',
      port: id => {
        const port = this.#ports.get(id) ?? 20_000 + this.#ports.size
        this.#ports.set(id, port)
        return port
      },
      invoke: () => Promise.reject(new Error('nothing runs functions here')),
    }
  }

  /** Values pass through JSON, so a handler that keeps a Date or changes what it got without `set` is caught. */
  #table<T>(id: string): Table<T> {
    const rows = this.#tables.get(id) ?? new Map<string, string>()
    this.#tables.set(id, rows)
    const read = (text: string): T => JSON.parse(text)
    return {
      get: key => {
        const text = rows.get(key)
        return text === undefined ? undefined : read(text)
      },
      set: (key, value) => void rows.set(key, JSON.stringify(value)),
      delete: key => rows.delete(key),
      has: key => rows.has(key),
      values: () => [...rows.values()].map(read),
      entries: () => [...rows].map(([key, text]) => [key, read(text)]),
    }
  }
}
