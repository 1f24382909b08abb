import { createHash } from 'node:crypto'
import type { Table } from './service.ts'

/** Below the range systems hand out to outgoing connections. */
const FIRST = 20_000
const COUNT = 12_000

/**
 * The port `taken` holds for `id`, or one that no other id has, remembered from now on. `place` keeps the things of
 * several emulators on one machine apart that go by the same id.
 */
export const portFor = (taken: Table<number>, id: string, place: string): number =>
  taken.get(id) ?? otherPortFor(taken, id, place)

/** A new port for `id`, remembered instead of the one it had, which another program turned out to use. */
export const otherPortFor = (taken: Table<number>, id: string, place: string): number => {
  const used = new Set(taken.values())
  const start = createHash('sha256').update(`${place}\n${id}`).digest().readUInt32BE() % COUNT
  let step = 0
  while (used.has(FIRST + ((start + step) % COUNT))) step++
  const port = FIRST + ((start + step) % COUNT)
  taken.set(id, port)
  return port
}
