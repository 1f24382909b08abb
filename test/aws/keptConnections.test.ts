import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { keptConnections } from '../../src/aws/keptConnections.ts'

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const listening = async (answer: RequestListener, most = 4, idleMs = 5_000) => {
  const made = createServer(answer)
  server = made
  await new Promise<void>(resolve => made.listen(0, '127.0.0.1', resolve))
  const { port } = made.address() as AddressInfo
  let connections = 0
  made.on('connection', () => connections++)
  const kept = keptConnections({ hostname: '127.0.0.1', port, secure: false, most, idleMs })
  const put = (text: string, signal = new AbortController().signal) => {
    const body = Buffer.from(text)
    return kept.send(
      `PUT /${text.length} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`,
      body,
      signal,
    )
  }
  return { kept, put, connections: () => connections }
}

/** Answers with what was sent. */
const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  response.end(Buffer.concat(chunks))
}

describe('kept connections', () => {
  test('give every request its own answer, over no more connections than allowed', async () => {
    const { put, kept, connections } = await listening(echo, 3)
    const texts = Array.from({ length: 60 }, (_, index) => 'x'.repeat(index))
    const answers = await Promise.all(texts.map(text => put(text)))
    expect(answers.map(({ body }) => body.toString())).toEqual(texts)
    expect(connections()).toBe(3)
    kept.close()
  })

  test('go on over new ones when the server closes them', async () => {
    const { put, kept, connections } = await listening((request, response) => {
      response.setHeader('connection', 'close')
      return echo(request, response)
    }, 2)
    const answers = await Promise.all(['a', 'bb', 'ccc', 'dddd'].map(text => put(text)))
    expect(answers.map(({ body }) => body.toString())).toEqual(['a', 'bb', 'ccc', 'dddd'])
    expect(connections()).toBe(4)
    kept.close()
  })

  test('tell a lost connection as one, and the next request has another', async () => {
    let asked = 0
    const { put, kept } = await listening((request, response) => {
      if (asked++ === 0) request.socket.destroy()
      else void echo(request, response)
    })
    await expect(put('lost')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await put('found')).body.toString()).toBe('found')
    kept.close()
  })

  test('give up on a server that says nothing', async () => {
    const { put, kept } = await listening(() => {}, 1, 50)
    await expect(put('hello')).rejects.toThrow('S3 went silent')
    kept.close()
  })

  test('end what is under way when they are told to, with the reason', async () => {
    const { put, kept } = await listening(() => {})
    const waiting = put('hello')
    kept.destroy(new Error('interrupted'))
    await expect(waiting).rejects.toThrow('interrupted')
  })
})
