import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../../src/emulator/store.ts'

/** Bytes the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }))

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  const writeSync = (file: number, line: Uint8Array, from: number): number => {
    if (disk.room <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const written = fs.writeSync(file, line, from, Math.min(disk.room, line.length - from))
    disk.room -= written
    return written
  }
  return { ...fs, writeSync }
})

const STORE_MODULE = new URL('../../src/emulator/store.ts', import.meta.url).href

describe('the store', () => {
  let folder: string
  let store: Store
  beforeEach(async () => {
    disk.room = Number.POSITIVE_INFINITY
    folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
    store = openStore(folder)
  })
  afterEach(async () => {
    store.close()
    await rm(folder, { recursive: true })
  })

  const reopen = (): void => {
    store.close()
    store = openStore(folder)
  }

  test('keeps tables of different scopes apart', () => {
    store.table<number>('1', 's3', 'us-east-1', 'buckets').set('a', 1)
    expect(store.table('1', 's3', 'eu-west-1', 'buckets').has('a')).toBe(false)
    expect(store.table('1', 's3', 'us-east-1', 'buckets').get('a')).toBe(1)
  })

  test('gives copies: only set changes it', () => {
    const table = store.table<{ list: number[] }>('t')
    const row = { list: [1] }
    table.set('a', row)
    row.list.push(2)
    table.get('a')?.list.push(3)
    expect(table.get('a')).toEqual({ list: [1] })
  })

  test('after a restart it holds what a map would hold, in the same order', () => {
    const step = fc.record({
      table: fc.constantFrom('one', 'two'),
      key: fc.constantFrom('a', 'b', '__proto__', 'ü\n"'),
      value: fc.option(fc.jsonValue(), { nil: undefined }),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const scope = `${Math.random()}`
        const model = { one: new Map<string, string>(), two: new Map<string, string>() }
        for (const { table, key, value, restart } of steps) {
          const rows = model[table as 'one' | 'two']
          if (value === undefined) expect(store.table(scope, table).delete(key)).toBe(rows.delete(key))
          else {
            store.table(scope, table).set(key, value)
            rows.set(key, JSON.stringify(value))
          }
          if (restart) reopen()
        }
        reopen()
        for (const table of ['one', 'two'] as const)
          expect(
            store
              .table(scope, table)
              .entries()
              .map(([key, value]) => [key, JSON.stringify(value)]),
          ).toEqual([...model[table]])
      }),
      { numRuns: 60 },
    )
  })

  test('a line torn by a crash is forgotten whole, and the next one is written behind the last good one', async () => {
    store.table<number>('t').set('a', 1)
    store.flush()
    await appendFile(join(folder, 'state.jsonl'), '[["t","a","2"],["t","b","3')
    reopen()
    expect(store.table<number>('t').entries()).toEqual([['a', 1]])
    store.table<number>('t').set('c', 4)
    reopen()
    expect(store.table<number>('t').entries()).toEqual([
      ['a', 1],
      ['c', 4],
    ])
  })

  test('what a full disk did not take is refused, and written once there is room', () => {
    const table = store.table<string>('t')
    table.set('a', 'before')
    store.flush()
    disk.room = 10
    table.set('b', 'while it was full')
    expect(() => store.flush()).toThrow('no space left')
    disk.room = Number.POSITIVE_INFINITY
    table.set('c', 'after')
    reopen()
    expect(store.table<string>('t').entries()).toEqual([
      ['a', 'before'],
      ['b', 'while it was full'],
      ['c', 'after'],
    ])
  })

  test('a journal that a full disk leaves no room to rewrite goes on as it is', () => {
    const rewrite = 'x'.repeat(5 << 20)
    store.table<string>('t').set('a', rewrite)
    disk.room = rewrite.length + 100
    store.flush()
    disk.room = Number.POSITIVE_INFINITY
    store.table<string>('t').set('b', 'after')
    reopen()
    expect(store.table<string>('t').get('a')).toHaveLength(rewrite.length)
    expect(store.table<string>('t').get('b')).toBe('after')
  })

  test('a journal that is damaged says so, and what helps', async () => {
    store.close()
    await appendFile(join(folder, 'state.jsonl'), '[["t","a","1"]]\n\0\0\0\n')
    expect(() => openStore(folder)).toThrow(/state\.jsonl is damaged in line 2.*storyarch local reset/)
    await rm(join(folder, 'state.jsonl'))
    store = openStore(folder)
  })

  test('its journal does not grow with history', async () => {
    const text = 'x'.repeat(10_000)
    for (let round = 0; round < 1500; round++) {
      store.table('t').set(`key${round % 10}`, { round, text })
      store.flush()
    }
    expect((await stat(join(folder, 'state.jsonl'))).size).toBeLessThan(5 << 20)
    reopen()
    expect(store.table<{ round: number }>('t').get('key9')?.round).toBe(1499)
    expect(store.table('t').values()).toHaveLength(10)
  })

  test('what was set survives kill -9 at any moment', async () => {
    store.close()
    const writer = `
      import { openStore } from ${JSON.stringify(STORE_MODULE)}
      const store = openStore(${JSON.stringify(folder)})
      for (let n = 0; ; n++) {
        store.table('t').set('left', n)
        store.table('t').set('right', n)
        await null
        process.stdout.write(n + '\\n')
        if (n % 50 === 0) await new Promise(setImmediate)
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.on('data', chunk => {
      told += chunk
      if (told.length > 20_000) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const last = Number(told.trimEnd().split('\n').at(-2))
    store = openStore(folder)
    const left = store.table<number>('t').get('left') ?? -1
    expect(left).toBeGreaterThanOrEqual(last)
    expect(store.table<number>('t').get('right')).toBe(left)
    expect(last).toBeGreaterThan(1000)
  })

  test('what is written is one line for everything set in one go', async () => {
    store.table('t').set('a', 1)
    store.table('u').set('b', 2)
    await null
    expect(await readFile(join(folder, 'state.jsonl'), 'utf8')).toBe('[["t","a","1"],["u","b","2"]]\n')
  })
})
