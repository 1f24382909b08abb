import type { ClientRequest } from 'node:http'

/** Writes a body as fast as the connection takes it, and ends the request; an answer that comes before the end ends it. */
export const pour = async (chunks: AsyncIterable<Uint8Array>, request: ClientRequest): Promise<void> => {
  let answered = false
  request.once('response', () => (answered = true))
  for await (const chunk of chunks) {
    if (answered || request.destroyed) return
    if (!request.write(chunk))
      await new Promise<void>(resolve => {
        const go = () => {
          for (const event of ['drain', 'close', 'response']) request.off(event, go)
          resolve()
        }
        for (const event of ['drain', 'close', 'response']) request.once(event, go)
      })
  }
  request.end()
}
