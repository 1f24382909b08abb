import pico from 'picocolors'
import { describe, expect, test } from 'vitest'
import { logLine, toldOf } from '../../../src/cli/print/logLine.ts'

describe('a line of a log', () => {
  test.each([
    ['plain text', 'plain text', 'info'],
    ['{"level":"error","message":"it broke","code":5}', 'it broke  code=5', 'error'],
    ['{"level":"info","event":"saved","tookMs":12}', 'saved  tookMs=12', 'info'],
    ['{"level":"info","message":{"user":7},"tookMs":12}', '{"user":7}  tookMs=12', 'info'],
    ['{"broken', '{"broken', 'info'],
    ['[1]', '[1]', 'info'],
    ['2026-11-26T11:07:21.005Z\t1a2b\tERROR\tit failed', 'it failed', 'error'],
    ['2026-11-26T11:07:21.005Z\t1a2b\tINFO\t{"level":"warn","message":"slow"}', 'slow', 'warn'],
    ['REPORT RequestId: 1 Duration: 3 ms', 'REPORT RequestId: 1 Duration: 3 ms', 'platform'],
  ])('%j says %j (%s)', (line, text, level) => expect(toldOf(line)).toEqual({ text, level }))

  test('is time, source and text; its further lines stand below', () => {
    const event = {
      id: '1',
      atMs: Date.UTC(2026, 10, 26, 9, 8, 7, 6),
      source: 'app',
      stream: 's',
      message: 'one\n  two',
    }
    expect(logLine(event, pico.createColors(false))).toBe(
      '09:08:07.006 app     one\n                       two',
    )
  })

  test('keeps an app from moving the cursor, and leaves its colours', () => {
    const event = {
      id: '1',
      atMs: 0,
      source: 'app',
      stream: 's',
      // \x9b is ESC [ in one character.
      message: '\x1b[31mred\x1b[0m\x1b[2J\x1b]0;title\x07\b\r\x9b2Jend',
    }
    expect(logLine(event, pico.createColors(false))).toContain('\x1b[31mred\x1b[0m2Jend')
  })
})
