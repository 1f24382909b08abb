import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { openProgress } from '../../../src/cli/progress/progress.ts'
import { openShell } from '../../../src/cli/shell.ts'
import type { Event } from '../../../src/engine/events.ts'
import { screenOf } from './screen.ts'

/** A process of which only what it writes matters. */
const fakeHost = (env: Record<string, string>, isTTY: boolean) => {
  const out: string[] = []
  const err: string[] = []
  const host: Host = {
    stdin: Object.assign(process.stdin, {}),
    stdout: { isTTY, columns: 80, write: text => out.push(text) },
    stderr: { isTTY, columns: 80, write: text => err.push(text) },
    env,
    directory: '.',
    now: Date.now,
    interrupted: new AbortController().signal,
  }
  return { host, out: () => out.join(''), err: () => err.join('') }
}

const started = (id: string): Event => ({ type: 'started', id, verb: 'create', usuallySeconds: 2 })
const done = (id: string): Event => ({ type: 'done', id, verb: 'create', durationMs: 1234 })

const watch = (env: Record<string, string> = {}, { isTTY = false, json = false } = {}) => {
  const fake = fakeHost(env, isTTY)
  const shell = openShell(fake.host, { json, input: true })
  return { ...fake, progress: openProgress(shell, { json }) }
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

describe('progress in a log', () => {
  test('is one line for each thing done, without colours or cursor movements', () => {
    const { progress, err } = watch()
    progress.report(started('role/task'))
    progress.report({ type: 'waiting', id: 'role/task', why: 'it spreads' })
    progress.report(done('role/task'))
    progress.close()
    expect(err()).toBe('created  role/task  1.2 s\n')
  })

  test('gives signs of life while something takes long', () => {
    const { progress, err } = watch()
    progress.report(started('distribution/frontend'))
    progress.report({ type: 'waiting', id: 'distribution/frontend', why: 'AWS is still preparing it' })
    vi.advanceTimersByTime(31_000)
    progress.close()
    expect(err()).toBe(
      'still creating  distribution/frontend  30 s, longer than usual (AWS is still preparing it)\n',
    )
  })

  test.each<Record<string, string>>([{ CI: 'true' }, { CLAUDECODE: '1' }, { TERM: 'dumb' }])(
    'is what %j gets even on a terminal',
    env => {
      const { progress, err } = watch(env, { isTTY: true })
      progress.report(started('role/task'))
      progress.report(done('role/task'))
      progress.close()
      expect(err()).toBe('created  role/task  1.2 s\n')
    },
  )
})

describe('progress on a terminal', () => {
  test('lets finished work scroll up above a footer of what is in flight', () => {
    const { progress, err } = watch({ NO_COLOR: '1' }, { isTTY: true })
    progress.report(started('role/task'))
    progress.report(started('distribution/frontend'))
    vi.advanceTimersByTime(3_000)
    progress.report(done('role/task'))
    expect(screenOf(err())).toEqual([
      'created  role/task  1.2 s',
      'creating  distribution/frontend  3.0 s, usually 2.0 s',
    ])
    progress.close()
    expect(screenOf(err())).toEqual(['created  role/task  1.2 s'])
  })

  test('never draws a footer higher than a small window', () => {
    const { progress, err } = watch({ NO_COLOR: '1' }, { isTTY: true })
    for (let index = 0; index < 40; index++) progress.report(started(`role/r${index}`))
    expect(screenOf(err()).length).toBeLessThanOrEqual(7)
    progress.close()
    expect(screenOf(err())).toEqual([])
  })
})

describe('progress for programs', () => {
  test('is a versioned object on each line of stdout, and nothing on stderr', () => {
    const { progress, out, err } = watch({}, { json: true, isTTY: true })
    progress.report(started('role/task'))
    progress.report({ type: 'failed', id: 'role/task', verb: 'create', error: new Error('no') })
    progress.close()
    const lines = out()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines).toMatchObject([
      { version: 1, type: 'started', id: 'role/task', time: '1970-01-01T00:00:00.000Z' },
      { version: 1, type: 'failed', error: { exitCode: 1 } },
    ])
    expect(err()).toBe('')
  })
})
