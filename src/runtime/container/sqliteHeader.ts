export const HEADER_BYTES = 100

const MAGIC = 'SQLite format 3\0'

/**
 * What is wrong with a database file by its first 100 bytes and its length; null when nothing is.
 * Source: SQLite, "Database File Format", section 1.3.
 */
export const headerFault = (head: Buffer, bytes: number): string | null => {
  if (bytes === 0) return 'it is empty'
  if (head.length < HEADER_BYTES || head.toString('latin1', 0, MAGIC.length) !== MAGIC)
    return 'it does not begin as an SQLite database does'
  const pageSize = pageSizeOf(head)
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return `its page size is told as ${pageSize}`
  if (bytes % pageSize !== 0) return `its ${bytes} bytes are not whole pages of ${pageSize}`
  const pages = head.readUInt32BE(28)
  // Writers before SQLite 3.7 left the count alone; it counts only when the counters agree.
  const counted = pages > 0 && head.readUInt32BE(24) === head.readUInt32BE(92)
  if (counted && pages !== bytes / pageSize)
    return `its header tells of ${pages} pages, and it has ${bytes / pageSize}`
  return null
}

const pageSizeOf = (head: Buffer): number => {
  const told = head.readUInt16BE(16)
  return told === 1 ? 65_536 : told
}

/**
 * Where a copy differs from its original: change counter, schema cookie, version-valid-for, and the number of the SQLite
 * that wrote last, for the agent's is seldom the app's.
 */
const COUNTERS = [24, 25, 26, 27, 40, 41, 42, 43, 92, 93, 94, 95, 96, 97, 98, 99]

/** The counters of a file that begins with `head`, as hex digits. */
export const countersOf = (head: Buffer): string =>
  Buffer.from(COUNTERS.map(offset => head[offset] ?? 0)).toString('hex')

/**
 * A piece of a file that begins at `offset`, with other counters in place of its own: a copy made by SQLite has moved
 * counters, and is the same database when it is the same bytes but for these.
 */
export const withCounters = (piece: Buffer, offset: number, counters: string): Buffer => {
  if (offset >= HEADER_BYTES) return piece
  const bytes = Buffer.from(counters, 'hex')
  const copy = Buffer.from(piece)
  COUNTERS.forEach((at, index) => {
    if (at >= offset && at - offset < copy.length) copy[at - offset] = bytes[index] ?? 0
  })
  return copy
}
