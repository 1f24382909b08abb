import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came to the front. */
export interface Seen {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  /** What it was answered; null while it is not. */
  status: number | null
}

/** What the front does with a request in place of handing it on. */
export type Act =
  /** Answers by itself, at once, without reading the body. */
  | { readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string }
  /** Hands on so many bytes of the body, then breaks both connections. */
  | { readonly cutAfter: number }
  /** Hands all of it on, and breaks the connection instead of answering. */
  | { readonly swallow: true }
  /** Takes it and never does anything. */
  | { readonly hold: true }
  /** Breaks the connection. */
  | { readonly drop: true }
  /** Hands it on with other headers. */
  | { readonly with: http.OutgoingHttpHeaders }

/** A server before a registry, which can be told to be in the way. */
export interface Front {
  readonly host: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

export const openFront = async (
  target: string,
  act: (seen: Seen, before: readonly Seen[]) => Act | null,
): Promise<Front> => {
  const seen: Seen[] = []
  const server = http.createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    const one: Seen = { method, path, headers, status: null }
    response.on('finish', () => {
      one.status = response.statusCode
    })
    const what = act(one, seen)
    seen.push(one)
    serve(target, what, request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const serve = (target: string, act: Act | null, request: IncomingMessage, response: ServerResponse): void => {
  request.on('error', () => {})
  if (act !== null && 'hold' in act) {
    request.resume()
    return
  }
  if (act !== null && 'drop' in act) {
    request.socket.destroy()
    return
  }
  if (act !== null && 'status' in act) {
    response.writeHead(act.status, act.headers ?? {}).end(act.body)
    return
  }
  const headers = { ...request.headers, ...(act !== null && 'with' in act ? act.with : {}) }
  const onward = http.request(new URL(request.url ?? '/', target), {
    method: request.method,
    headers,
    agent: false,
  })
  onward.on('error', () => request.socket.destroy())
  onward.on('response', answer => {
    if (act !== null && 'swallow' in act) {
      answer.resume().on('end', () => request.socket.destroy())
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  if (act !== null && 'cutAfter' in act) {
    let left = act.cutAfter
    request.on('data', (chunk: Buffer) => {
      if (left <= 0) return
      onward.write(chunk.subarray(0, left), () => {
        if (left <= 0) setTimeout(() => onward.destroy(), 20)
      })
      left -= chunk.length
    })
  } else request.pipe(onward)
}
