import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { httpAnswerIn } from '../../src/aws/httpAnswer.ts'

const answer = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1')

const told = (bytes: Buffer, ended = false) => {
  const found = httpAnswerIn(bytes, ended)
  return found && [found.status, found.body.toString('latin1'), found.keeps]
}

describe('an answer on a kept connection', () => {
  test.each<[string, Buffer, boolean, unknown]>([
    ['with a length', answer('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'), false, [200, 'ok', true]],
    ['without a body', answer('HTTP/1.1 204 No Content', '', ''), false, [204, '', true]],
    [
      'in chunks, with trailers',
      answer(
        'HTTP/1.1 200 OK',
        'Transfer-Encoding: chunked',
        '',
        '3',
        'abc',
        '2;x=y',
        'de',
        '0',
        'X: y',
        '',
        '',
      ),
      false,
      [200, 'abcde', true],
    ],
    [
      'behind one that only says to go on',
      answer('HTTP/1.1 100 Continue', '', 'HTTP/1.1 200 OK', 'content-length: 0', '', ''),
      false,
      [200, '', true],
    ],
    [
      'that closes',
      answer('HTTP/1.1 403 No', 'Connection: close', 'Content-Length: 1', '', 'x'),
      false,
      [403, 'x', false],
    ],
    [
      'that ends with the connection',
      answer('HTTP/1.1 200 OK', '', 'all of it'),
      true,
      [200, 'all of it', false],
    ],
    ['of an old server', answer('HTTP/1.0 200 OK', 'Content-Length: 0', '', ''), false, [200, '', false]],
    ['that is not all there', answer('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'ab'), false, null],
    ['of which not even the head is there', answer('HTTP/1.1 200 OK', 'Content-'), false, null],
  ])('%s', (_, bytes, ended, expected) => expect(told(bytes, ended)).toEqual(expected))

  test.each([
    ['cut off', answer('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'ab'), true],
    ['of another protocol', answer('SSH-2.0-OpenSSH_9.2', '', ''), false],
    ['with a chunk of no size', answer('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'zz', ''), false],
  ])('%s is an error', (_, bytes, ended) => expect(() => httpAnswerIn(bytes, ended)).toThrow())

  test('is the same however it was cut on its way, and is never taken for whole before it is', () => {
    const body = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes))
    const chunked = fc
      .tuple(body, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }))
      .map(([bytes, sizes]) => {
        const parts: Buffer[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const part = bytes.subarray(at, at + (sizes[turn % sizes.length] ?? 1))
          parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
          at += part.length
        }
        const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        return { bytes, wire: Buffer.concat([head, ...parts, Buffer.from('0\r\n\r\n')]) }
      })
    const plain = body.map(bytes => ({
      bytes,
      wire: Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]),
    }))
    fc.assert(
      fc.property(
        fc.oneof(chunked, plain),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ bytes, wire }, where) => {
          const cut = Math.min(wire.length - 1, Math.floor(where * wire.length))
          expect(httpAnswerIn(wire.subarray(0, cut), false)).toBeNull()
          expect(httpAnswerIn(wire, false)?.body).toEqual(bytes)
        },
      ),
    )
  })
})
