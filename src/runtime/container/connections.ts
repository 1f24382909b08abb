import { readFile } from 'node:fs/promises'

/** Linux's tables of TCP sockets in this network namespace, which all containers of a Fargate task share. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']
const ESTABLISHED = '01'

/** How many established connections one of these tables shows whose own end is `port` (proc(5), "/proc/net/tcp"). */
export const establishedIn = (table: string, port: number): number =>
  table
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === ESTABLISHED && portOf(local) === port).length

const portOf = (address: string): number => Number.parseInt(address.split(':').at(-1) ?? '', 16)

/** Established connections to `port`; null where the system does not tell. */
export const connectionsTo = async (port: number): Promise<number | null> => {
  const tables = await Promise.all(TABLES.map(path => readFile(path, 'utf8').catch(() => null)))
  const told = tables.filter(table => table !== null)
  return told.length === 0 ? null : told.reduce((sum, table) => sum + establishedIn(table, port), 0)
}
