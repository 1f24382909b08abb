import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { type HttpAnswer, httpAnswerIn } from './httpAnswer.ts'

export interface KeptConnectionsOptions {
  readonly hostname: string
  readonly port: number
  readonly secure: boolean
  /** Connections at once; who comes beyond waits. */
  readonly most: number
  /** A connection that says nothing for so long is given up. */
  readonly idleMs: number
}

interface Connection {
  readonly socket: Socket
  received: Buffer
  waiter: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | null
  /** Why it is of no use any more. */
  ended: Error | null
}

/** What `isLostConnection` of whoever sends takes for the network's fault. */
const lost = (message: string): Error => Object.assign(new Error(message), { code: 'ECONNRESET' })

/**
 * Connections to one host that carry one small request after another, written and read without Node's HTTP client: for
 * thousands of requests that client's own work is half the time. Nobody but their sender looks at the answers, so there
 * are no streams.
 */
export const keptConnections = ({ hostname, port, secure, most, idleMs }: KeptConnectionsOptions) => {
  const all = new Set<Connection>()
  const idle: Connection[] = []
  const queue: ((connection: Connection) => void)[] = []

  const end = (connection: Connection, error: Error): void => {
    if (!all.delete(connection)) return
    connection.ended = error
    const at = idle.indexOf(connection)
    if (at >= 0) idle.splice(at, 1)
    connection.socket.destroy()
    connection.waiter?.reject(error)
    connection.waiter = null
    const next = queue.shift()
    if (next !== undefined) next(open())
  }

  const lend = (connection: Connection): void => {
    const next = queue.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }

  const look = (connection: Connection, ended: boolean): void => {
    const { waiter } = connection
    if (waiter === null) return
    try {
      const answer = httpAnswerIn(connection.received, ended)
      if (answer === null) return
      connection.waiter = null
      connection.received = EMPTY
      waiter.resolve(answer)
      if (answer.keeps) lend(connection)
      else end(connection, lost('the server ended the connection'))
    } catch (error) {
      end(connection, lost(String(error)))
    }
  }

  const open = (): Connection => {
    const socket = secure
      ? connectSecurely({ host: hostname, port, servername: hostname, ALPNProtocols: ['http/1.1'] })
      : connect({ host: hostname, port })
    const connection: Connection = { socket, received: EMPTY, waiter: null, ended: null }
    all.add(connection)
    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => end(connection, lost('S3 went silent')))
    socket.on('data', chunk => {
      connection.received =
        connection.received.length === 0 ? chunk : Buffer.concat([connection.received, chunk])
      look(connection, false)
    })
    socket.on('end', () => {
      look(connection, true)
      end(connection, lost('the server ended the connection'))
    })
    socket.on('error', error => end(connection, error))
    return connection
  }

  const free = (): Promise<Connection> => {
    const kept = idle.pop()
    if (kept !== undefined) return Promise.resolve(kept)
    if (all.size < most) return Promise.resolve(open())
    return new Promise(resolve => queue.push(resolve))
  }

  return {
    /** `head` ends with an empty line. Rejects with what the network did, or with the signal's reason. */
    async send(head: string, body: Uint8Array, signal: AbortSignal): Promise<HttpAnswer> {
      const connection = await free()
      signal.throwIfAborted()
      // Between the lending and now.
      if (connection.ended !== null) throw connection.ended
      return new Promise((resolve, reject) => {
        connection.waiter = { resolve, reject }
        const { socket } = connection
        socket.cork()
        socket.write(head, 'latin1')
        socket.write(body)
        socket.uncork()
      })
    },
    /** Ends every request under way with `reason`. */
    destroy(reason: Error): void {
      for (const connection of [...all]) end(connection, reason)
    },
    close(): void {
      for (const { socket } of all) socket.destroy()
      all.clear()
    },
  }
}

const EMPTY = Buffer.alloc(0)
