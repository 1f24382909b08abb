import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localPlace, onFreePort, type Place } from './place.ts'

const NOTES = ['--local', '-m', 'manifests/notes.yaml']

describe('notes, woken and stopped on the embedded AWS by real functions, tasks and agents', () => {
  let place: Place
  beforeAll(async () => {
    place = await localPlace()
    await onFreePort(place)
    expect((await place.storyarch('up', ...NOTES, '--yes')).code).toBe(0)
  }, 120_000)
  afterAll(() => place.close())

  const run = (...words: string[]) => place.storyarch(...words, ...NOTES)
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout)
  const reasonless = async (work: Promise<{ code: number | null; stderr: string }>) => {
    const { code, stderr } = await work
    expect([code, stderr]).toEqual([0, expect.any(String)])
    return stderr
  }

  /** Wakes the backend and waits; answers where the app does. */
  const awake = async (): Promise<string> => {
    expect(await reasonless(run('wake', '--wait'))).toMatch(/Ready after \d/)
    return (await json('status')).backend.url
  }
  const write = async (url: string, text: string) => {
    const answer = await fetch(`${url}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
    expect(answer.status).toBe(201)
  }
  const notes = async (url: string): Promise<string[]> => {
    const { notes } = (await (await fetch(`${url}/notes`)).json()) as { notes: { text: string }[] }
    return notes.map(({ text }) => text).toSorted()
  }

  test('what the app wrote is stored when it stops, and a mistake is undone, and the undoing too', async () => {
    const first = await awake()
    await write(first, 'kept')
    const stopped = await reasonless(run('stop'))
    const good = /stored as version (\S+) /.exec(stopped)?.[1] ?? 'no version'
    expect((await json('db', 'versions')).versions).toMatchObject([{ id: good, isCurrent: true }])

    const second = await awake()
    expect(await notes(second)).toEqual(['kept'])
    expect((await fetch(`${second}/notes/1`, { method: 'DELETE' })).status).toBe(204)
    await write(second, 'a mistake')
    expect(await notes(second)).toEqual(['a mistake'])
    const running = await run('db', 'restore', '--version', good, '--yes')
    expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('--stop')])
    const restored = await reasonless(run('db', 'restore', '--version', good, '--stop', '--yes'))
    const undo = /To undo it: storyarch (.*)/.exec(restored)?.[1] ?? ''

    expect(await notes(await awake())).toEqual(['kept'])
    await reasonless(run('stop'))
    expect((await place.storyarch(...undo.split(' '), '--yes')).code).toBe(0)
    expect(await notes(await awake())).toEqual(['a mistake'])
    await reasonless(run('stop'))
  }, 240_000)

  test('sessions, their causes and their logs are told afterwards', async () => {
    const told = await json('status')
    expect(told.backend).toMatchObject({ state: 'ASLEEP', stopReason: expect.stringContaining('stopped it') })
    expect(told.backend.sessions.length).toBeGreaterThan(1)
    expect(told.unreadable).toEqual({})
    const { stdout } = await run('logs', '--since', '1h')
    expect(stdout).toMatch(/ app {5}notes: stopped/)
    expect(stdout).toMatch(/ agent {3}saved {2}outcome=published/)
    expect(stdout).toMatch(/ monitor asked to stop: stopped/)
  }, 60_000)

  test('a backup is a database that other tools read', async () => {
    const file = (await run('db', 'backup')).stdout.trim()
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(`${place.folder}/${file}`, { readOnly: true })
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  }, 60_000)

  test('a ping finds nobody', async () => {
    const { code, stderr } = await run('ping')
    expect([code, stderr]).toEqual([1, expect.stringContaining('storyarch wake')])
  })
})
