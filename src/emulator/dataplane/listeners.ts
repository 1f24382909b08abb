import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Door } from './doors.ts'

const TRIES = 20

export type Serve = (door: Door, request: IncomingMessage, response: ServerResponse) => Promise<void>

interface Around {
  /** Where a door is to listen. */
  port(door: Door): number
  /** Where it is to listen instead: its port turned out to be taken. */
  otherPort(door: Door): number
  readonly serve: Serve
  report(error: unknown): void
}

/** The open doors: one loopback listener each. */
export class Listeners {
  readonly #around: Around
  readonly #open = new Map<string, { door: Door; server: Server; port: number }>()
  #turn: Promise<void> = Promise.resolve()

  constructor(around: Around) {
    this.#around = around
  }

  /** Opens and closes until exactly `wanted` are open; a door that finds no port is reported and stays closed. */
  follow(wanted: () => readonly Door[]): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const doors = wanted()
      const gone = [...this.#open].filter(([id]) => !doors.some(door => door.id === id))
      await Promise.all(gone.map(([id]) => this.#close(id)))
      const missing = doors.filter(({ id }) => !this.#open.has(id))
      await Promise.all(missing.map(door => this.#listen(door)))
    })
    return this.#turn
  }

  /** `http://127.0.0.1:<port>` of every open door of a kind, by id. */
  addresses(kind: Door['kind']): Record<string, string> {
    const open = [...this.#open.values()].filter(({ door }) => door.kind === kind)
    return Object.fromEntries(open.map(({ door, port }) => [door.id, `http://127.0.0.1:${port}`]))
  }

  close(): Promise<void> {
    return this.follow(() => [])
  }

  async #listen(door: Door): Promise<void> {
    let port = this.#around.port(door)
    for (let tries = 1; ; tries++) {
      const server = createServer((request, response) => {
        this.#around.serve(door, request, response).catch(error => {
          this.#around.report(error)
          response.destroy()
        })
      })
      // Uploads take as long as they take; a connection may idle longer than any client keeps one.
      server.requestTimeout = 0
      server.keepAliveTimeout = 120_000
      try {
        server.listen(port, '127.0.0.1')
        await once(server, 'listening')
        this.#open.set(door.id, { door, server, port })
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === TRIES) {
          this.#around.report(error)
          return
        }
        port = this.#around.otherPort(door)
      }
    }
  }

  async #close(id: string): Promise<void> {
    const server = this.#open.get(id)?.server
    this.#open.delete(id)
    if (!server) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}
