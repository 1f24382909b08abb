import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BackendProcess } from './backendProcess.ts'
import { startNotes } from './notesBackend.ts'

let folder: string
let notes: BackendProcess

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-notes-'))
  notes = await startNotes(folder)
})
afterEach(async () => {
  await notes.stop()
  await rm(folder, { recursive: true })
})

const ask = (method: string, path: string, init: RequestInit = {}) =>
  fetch(notes.url + path, { method, ...init })

const add = (body: unknown) =>
  ask('POST', '/notes', {
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const texts = async (): Promise<string[]> => {
  const { notes: all } = (await (await ask('GET', '/notes')).json()) as { notes: { text: string }[] }
  return all.map(note => note.text)
}

describe('the notes', () => {
  test('are added, listed newest first, read and deleted', async () => {
    expect(await texts()).toEqual([])
    const first = await add({ text: '  bread \n' })
    expect(first.status).toBe(201)
    expect(first.headers.get('location')).toBe('/notes/1')
    await add({ text: 'Käse 🧀' })
    expect(await texts()).toEqual(['Käse 🧀', 'bread'])
    expect(await (await ask('GET', '/notes/1')).json()).toMatchObject({ id: 1, text: 'bread' })
    expect((await ask('DELETE', '/notes/1')).status).toBe(204)
    expect((await ask('DELETE', '/notes/1')).status).toBe(404)
    expect(await texts()).toEqual(['Käse 🧀'])
  })

  test('survive a restart, and a number is never given twice', async () => {
    await add({ text: 'one' })
    await add({ text: 'two' })
    await ask('DELETE', '/notes/2')
    expect(await notes.stop()).toBe(0)
    notes = await startNotes(folder)
    expect(await texts()).toEqual(['one'])
    expect((await add({ text: 'three' })).headers.get('location')).toBe('/notes/3')
  })

  test.each([
    [400, '{"text":'],
    [422, {}],
    [422, { text: ' \n ' }],
    [422, { text: 7 }],
    [422, 'null'],
    [422, { text: 'x'.repeat(2001) }],
    [413, { text: 'x'.repeat(70_000) }],
  ])('answer %i to a body that is no note', async (status, body) => {
    const answer = await add(body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ error: expect.any(String) })
    expect(await texts()).toEqual([])
  })

  test('take JSON only, so that no form of another site can write', async () => {
    expect((await ask('POST', '/notes', { body: '{"text":"x"}' })).status).toBe(415)
  })

  test('say what is possible at a path', async () => {
    const answer = await ask('PUT', '/notes')
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('OPTIONS, HEAD, GET, POST')
    for (const path of ['/', '//', '/notes/x', '/notes/1/2', '/%00'])
      expect((await ask('GET', path)).status).toBe(404)
  })
})

describe('pages of the site', () => {
  test('may call, and learn so when they ask first', async () => {
    const answer = await ask('OPTIONS', '/notes/1')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-methods')).toContain('DELETE')
  })

  test('are the only ones once the site is named', async () => {
    await notes.stop()
    notes = await startNotes(folder, { SITE_ORIGIN: 'https://notes.example' })
    const answer = await ask('GET', '/nothing')
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://notes.example')
    expect(answer.headers.get('vary')).toBe('Origin')
  })
})

describe('the server', () => {
  test('is healthy, and keeps a database in WAL mode', async () => {
    expect(await (await ask('GET', '/health')).json()).toEqual({ status: 'ok' })
    const database = new DatabaseSync(join(folder, 'notes.sqlite3'))
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    database.close()
  })

  test('told to stop, answers what has begun, and leaves one whole database file', async () => {
    const socket = connect(Number(new URL(notes.url).port), '127.0.0.1')
    const body = JSON.stringify({ text: 'the last one' })
    const head = ['POST /notes HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Expect: 100-continue']
    socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n`)
    // The server reads the request from here on.
    await once(socket, 'data')
    const stopped = notes.stop()
    await refusesNewcomers()
    socket.write(body)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 201/)
    expect(await stopped).toBe(0)
    expect(await readdir(folder)).toEqual(['notes.sqlite3'])
    notes = await startNotes(folder)
    expect(await texts()).toEqual(['the last one'])
  })
})

const refusesNewcomers = async (): Promise<void> => {
  while (
    await fetch(`${notes.url}/health`).then(
      () => true,
      () => false,
    )
  );
}
