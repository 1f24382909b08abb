import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Table } from './service.ts'

/** State on disk that survives a restart and `kill -9`: once `set` has returned and the event loop turned, it is written. */
export interface Store {
  table<T>(...scope: string[]): Table<T>
  /** The scopes that hold a row. */
  scopes(): string[][]
  /**
   * Writes what has been set since the last turn of the event loop; a call does so before its answer goes out. Throws when
   * the disk does not take it, and then tries again with the next change.
   */
  flush(): void
  close(): void
}

/** `[table, key, value]`; no value: the key is deleted. Values are JSON text inside. */
type Mutation = [table: string, key: string, value?: string]

/** A journal is rewritten when it is this large and more than half of it is history. */
const COMPACT_BYTES = 4 << 20

/**
 * A journal of mutations, one line for everything set in one go: a line is there whole or not at all, so what a handler
 * sets between two awaits is atomic. Rows are kept as JSON text: what a handler gets is a copy, and equal to what it would
 * get after a restart. Written without fsync: it outlives the process, not the machine's power.
 */
export const openStore = (folder: string): Store => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'state.jsonl')
  const tables = new Map<string, Map<string, string>>()
  let file = openSync(path, 'a+')
  let bytes = 0
  let bytesAfterCompaction = 0
  let pending: Mutation[] = []
  let waiting = false
  let open = true

  const rowsOf = (table: string): Map<string, string> => {
    const rows = tables.get(table) ?? new Map<string, string>()
    tables.set(table, rows)
    return rows
  }

  const replay = (line: string, index: number): void => {
    try {
      for (const [table, key, value] of JSON.parse(line) as Mutation[])
        if (value === undefined) rowsOf(table).delete(key)
        else rowsOf(table).set(key, value)
    } catch {
      throw new Error(`${path} is damaged in line ${index + 1}; \`storyarch local reset\` empties it`)
    }
  }

  const load = (): void => {
    const text = readFileSync(path)
    const end = text.lastIndexOf(0x0a) + 1
    for (const [index, line] of text.subarray(0, end).toString('utf8').split('\n').entries())
      if (line !== '') replay(line, index)
    // What stands behind the last line end was being written when the process died.
    if (end < text.length) ftruncateSync(file, end)
    bytes = end
  }

  const append = (to: number, mutations: Mutation[]): number => {
    const line = Buffer.from(`${JSON.stringify(mutations)}\n`)
    for (let written = 0; written < line.length; ) written += writeSync(to, line, written)
    return line.length
  }

  /** Where there is no room for a second journal the first goes on. */
  const compact = (): void => {
    const draft = `${path}.new`
    rmSync(draft, { force: true })
    const next = openSync(draft, 'a')
    let size = 0
    try {
      for (const [table, rows] of tables)
        for (const [key, value] of rows) size += append(next, [[table, key, value]])
      renameSync(draft, path)
    } catch {
      closeSync(next)
      rmSync(draft, { force: true })
      bytesAfterCompaction = bytes
      return
    }
    closeSync(file)
    file = next
    bytes = size
    bytesAfterCompaction = size
  }

  const flush = (): void => {
    if (pending.length === 0 || !open) return
    try {
      bytes += append(file, pending)
    } catch (error) {
      // Half a line would spoil the next one, and with it the whole journal.
      ftruncateSync(file, bytes)
      throw error
    }
    pending = []
    if (bytes > COMPACT_BYTES && bytes > 2 * bytesAfterCompaction) compact()
  }

  const flushLater = (): void => {
    waiting = false
    try {
      flush()
    } catch {
      // Still pending, and told to whoever asks for a flush.
    }
  }

  const change = (mutation: Mutation): void => {
    pending.push(mutation)
    if (waiting) return
    waiting = true
    queueMicrotask(flushLater)
  }

  load()
  return {
    flush,
    scopes: () => [...tables].filter(([, rows]) => rows.size > 0).map(([name]) => name.split('/')),
    close: () => {
      try {
        flush()
      } finally {
        open = false
        closeSync(file)
      }
    },
    table: <T>(...scope: string[]): Table<T> => {
      const name = scope.join('/')
      const rows = rowsOf(name)
      const read = (text: string): T => JSON.parse(text)
      return {
        get: key => {
          const text = rows.get(key)
          return text === undefined ? undefined : read(text)
        },
        set: (key, value) => {
          const text = JSON.stringify(value)
          rows.set(key, text)
          change([name, key, text])
        },
        delete: key => {
          const held = rows.delete(key)
          if (held) change([name, key])
          return held
        },
        has: key => rows.has(key),
        values: () => [...rows.values()].map(read),
        entries: () => [...rows].map(([key, text]) => [key, read(text)]),
      }
    },
  }
}
