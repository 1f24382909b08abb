import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerOf, retryAfterMs } from '../../../src/runtime/browser/answer.ts'
import { callable } from '../../../src/runtime/browser/callable.ts'
import { configOf } from '../../../src/runtime/browser/config.ts'
import { failure, statusOf } from '../../../src/runtime/lambdas/answer.ts'
import { NEVER_RAN } from '../../../src/runtime/lifecycle/task.ts'

const NOW = 1_700_000_000
const task = { ...NEVER_RAN, generation: 3, taskArn: 'arn', publicIp: '192.0.2.1', expiresAt: NOW + 300 }

describe('an answer', () => {
  test('of the task manager is understood, whatever state it tells', () => {
    for (const state of ['ASLEEP', 'STARTING', 'READY', 'STOPPING'] as const) {
      const told = statusOf({ ...task, state }, 8000, NOW)
      expect(answerOf(JSON.parse(JSON.stringify(told)))).toEqual(told)
    }
    expect(answerOf(failure('Out of capacity.'))).toMatchObject({
      status: 'failed',
      message: 'Out of capacity.',
    })
  })

  test('keeps what it says beyond that, and its address without a slash at the end', () => {
    expect(answerOf({ status: 'running', ready: true, url: 'http://x:8000//', phase: 'boot' })).toEqual({
      status: 'running',
      ready: true,
      message: '',
      url: 'http://x:8000',
      expires_at: null,
      phase: 'boot',
    })
  })

  test('is null for whatever else a server on the way may say', () => {
    for (const body of [
      null,
      undefined,
      '',
      'started',
      7,
      [],
      {},
      { message: 'Too Many Requests' },
      { status: 200 },
    ])
      expect(answerOf(body)).toBeNull()
    fc.assert(fc.property(fc.jsonValue(), body => void answerOf(body)))
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  test.each([
    [null, 0],
    ['', 0],
    ['3', 3000],
    ['-3', 0],
    ['soon', 0],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['999999999', 3_600_000],
  ])('%j is %i ms', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms))
})

describe('storyarch.json', () => {
  test('may be of a site without a backend', () => {
    expect(configOf({ version: '1', api_url: null, start_url: null })).toEqual({
      startUrl: null,
      apiUrl: null,
      pingMs: 60_000,
    })
  })

  test('may set the time between two pings, within reason', () => {
    expect(configOf({ ping_seconds: 0.5 }).pingMs).toBe(500)
    for (const ping_seconds of [0, -1, '5', null]) expect(configOf({ ping_seconds }).pingMs).toBe(60_000)
  })

  test('that is nothing at all is a fault, not a site without a backend', () => {
    expect(() => configOf(null)).toThrow()
  })
})

describe('a page', () => {
  test('over https may call https and this machine, nothing else', () => {
    for (const url of [
      'https://x.example',
      'http://127.0.0.1:8000',
      'http://localhost:1',
      'http://[::1]:1',
      '',
    ])
      expect(callable(true, url)).toBe(true)
    for (const url of ['http://54.1.2.3:8000', 'HTTP://app.example', 'http://localhoster.example'])
      expect(callable(true, url)).toBe(false)
  })

  test('over http may call everything', () => expect(callable(false, 'http://54.1.2.3:8000')).toBe(true))
})
