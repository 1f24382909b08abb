import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type Busy, readBusy } from './busy.ts'

export interface BusyDoor {
  /** What the app said last. */
  readonly busy: () => Busy
  readonly close: () => void
}

const LONGEST_BODY = 1_000

/**
 * Where an app says that it works on something although nobody pings: `PUT http://127.0.0.1:<port>/busy`. Loopback only:
 * the task's containers share it, and nobody else reaches it. Throws when the port is taken.
 */
export const openBusyDoor = async (port: number): Promise<BusyDoor> => {
  let busy: Busy = { until: null }
  const heed = async (request: IncomingMessage): Promise<[status: number, answer: object]> => {
    if (request.url !== '/busy') return [404, { message: 'There is only PUT /busy.' }]
    if (request.method !== 'PUT') return [405, { message: 'Use PUT.' }]
    const said = readBusy(await bodyOf(request))
    if (typeof said === 'string') return [400, { message: said }]
    busy = said
    return [200, said]
  }
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(body))
    }
    heed(request).then(
      ([status, body]) => answer(status, body),
      () => answer(413, { message: `A body has at most ${LONGEST_BODY} characters.` }),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    busy: () => busy,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > LONGEST_BODY) throw new Error('too long')
  }
  return body
}
