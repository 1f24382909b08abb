import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What becomes of the body of an answer; `hang`: half of it is sent, and then nothing. */
export type Tampering = (method: string, body: Buffer, count: number) => Buffer | 'hang' | 'break'

/** A bad line between a client and the server at `endpoint`; headers go through as they are. */
export const badLine = async (endpoint: string, tamper: Tampering) => {
  let count = 0
  const server = createServer(async (asked, answer) => {
    const { method = '', url, headers } = asked
    const through = request(new URL(url ?? '/', endpoint), { method, headers })
    asked.pipe(through)
    const [got] = await once(through, 'response')
    const body = await buffer(got)
    answer.writeHead(got.statusCode, got.headers)
    const sent = tamper(method, body, ++count)
    if (Buffer.isBuffer(sent)) {
      answer.end(sent)
      return
    }
    answer.write(body.subarray(0, body.length / 2), () => {
      if (sent === 'break') answer.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
